// How the page looks: by day, by night, on paper, on a phone. One text, since the page is one file. Colours have
// contrast of at least 4.5:1 for text and 3:1 for marks on their ground, and never stand alone for a meaning.

const LIGHT = `
  color-scheme: light;
  --paper: #f6f7f8; --card: #ffffff; --ink: #1a2027; --quiet: #55606b; --line: #d5dae0; --edge: #808a94; --accent: #0b5cad;
  --bad: #b3261e; --warn: #8a5000; --good: #17663a; --shade: #eef1f4;
  --forwarded: #5b8fb0; --redirected: #7a6bb5; --audited: #b97a0f; --dropped: #c2362b; --error: #6b6f75;
  --tint-hole: #f9c9c4; --tint-broken: #fbdcd9; --tint-odd: #eadcf7; --tint-opened: #d3ecf7;
  --tint-audited: #fbe8c3; --tint-denied: #e3e6ea; --tint-unknown: #f0f0d8; --tint-fine: #e6f2ea;`;
const DARK = `
  color-scheme: dark;
  --paper: #12161a; --card: #1b2026; --ink: #e8ebee; --quiet: #a5b0ba; --line: #363f48; --edge: #75818c; --accent: #82bdf8;
  --bad: #ff9187; --warn: #f0b950; --good: #7fd3a0; --shade: #232a31;
  --forwarded: #5f95b8; --redirected: #9c90d8; --audited: #d79d36; --dropped: #e5655a; --error: #9aa0a6;
  --tint-hole: #712a25; --tint-broken: #532926; --tint-odd: #41305a; --tint-opened: #1d445a;
  --tint-audited: #54400f; --tint-denied: #333b43; --tint-unknown: #45451f; --tint-fine: #20392b;`;

const BASE = `
*, *::before, *::after { box-sizing: border-box; }
html { scroll-padding-top: 5rem; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; }
header.top, main, footer { max-width: 84rem; margin: 0 auto; padding: 0 1.25rem; }
header.top { display: flex; gap: 1rem; justify-content: space-between; align-items: start; padding-top: 1.25rem; }
h1 { margin: 0; font-size: 1.5rem; line-height: 1.2; }
h2 { margin: 0 0 .25rem; font-size: 1.15rem; line-height: 1.3; }
h2:focus { outline: none; }
p { margin: 0 0 .5rem; }
a { color: var(--accent); text-underline-offset: .15em; text-decoration-thickness: 1px; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
[hidden] { display: none !important; }
.scope, .lead, .rest, caption { color: var(--quiet); }
.lead, .rest { font-size: .9rem; }
.by-touch { display: none; } @media (hover: none) and (pointer: coarse) { .by-touch { display: inline; } .by-mouse { display: none; } }
code, .diff, .mono { font: .85em/1.45 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .5rem; z-index: 9; }
.tone-bad { color: var(--bad); font-weight: 600; } .tone-warn { color: var(--warn); font-weight: 600; }
.tone-good { color: var(--good); } .tone-quiet { color: var(--quiet); } .tone-strong { font-weight: 600; }
button, input, select { font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--edge);
  border-radius: 6px; padding: .3rem .6rem; min-height: 2.25rem; }
::placeholder { color: var(--quiet); opacity: 1; }
button { cursor: pointer; } button:hover { border-color: var(--accent); }
section { margin: 2.25rem 0 0; }
footer { color: var(--quiet); font-size: .85rem; padding-top: 2rem; padding-bottom: 2rem; }`;

const ANSWER = `
.notices { margin: .75rem 0 0; padding: .6rem .9rem; list-style: none; background: var(--card);
  border: 1px solid var(--line); border-left: 4px solid var(--warn); border-radius: 8px; font-size: .9rem; }
.notices .tone-warn { font-weight: 400; }
.notices .remedy { color: var(--quiet); overflow-wrap: anywhere; }
#answer { margin-top: 1rem; }
.cards { display: grid; gap: .9rem; grid-template-columns: repeat(4, minmax(0, 1fr)); }
.cards.beside { grid-template-columns: repeat(auto-fit, minmax(min(17rem, 100%), 1fr)); margin-top: 1rem; align-items: start; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .8rem 1rem; min-width: 0; }
.card h2 { font-size: .8rem; letter-spacing: .04em; color: var(--quiet); font-weight: 600; }
.figure { font-size: 1rem; margin: 0 0 .4rem; }
.figure a { color: inherit; text-decoration: none; }
.figure a:hover, .figure a:focus-visible { text-decoration: underline; }
.figure b { font-size: 1.9rem; line-height: 1.1; margin-right: .15em; font-variant-numeric: tabular-nums; }
.beside .figure b { font-size: 1.35rem; }
#card-still-denied .figure b, #card-opened .figure b { color: var(--warn); }
#card-broken .figure b, #card-misfits .figure b { color: var(--bad); }
.mind { font-size: .9rem; }
.rows { list-style: none; margin: 0; padding: 0; font-size: .92rem; }
.rows li { border-top: 1px solid var(--line); padding: .45rem 0; }
.cells { display: inline-flex; flex-wrap: wrap; gap: 0 .75rem; overflow-wrap: anywhere; max-width: calc(100% - 1.1rem); vertical-align: top; }
.rows summary { color: inherit; } .rows summary::marker { color: var(--quiet); }
.note { padding-left: 1rem; overflow-wrap: anywhere; color: var(--quiet); font-size: .92em; }
.card .rest { margin: .35rem 0 0; }`;

const EVIDENCE = `
.filters { position: sticky; top: 0; z-index: 5; margin: 1.5rem -1.25rem 0; padding: .6rem 1.25rem;
  background: var(--paper); border-bottom: 1px solid var(--line); display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; }
.filters input[type=search] { flex: 1 1 14rem; min-width: 0; max-width: 24rem; }
.filters label { color: var(--quiet); font-size: .85rem; display: inline-flex; gap: .35rem; align-items: center; }
.filters output { color: var(--quiet); font-size: .9rem; margin-left: auto; font-variant-numeric: tabular-nums; }
.chip { border-radius: 99px; font-size: .85rem; min-height: 2rem; padding: .15rem .7rem; max-width: 100%; overflow-wrap: anywhere; text-align: left; }
.chip::after { content: " ✕"; color: var(--quiet); }
.legend { display: flex; flex-wrap: wrap; gap: .35rem 1.1rem; font-size: .9rem; margin-bottom: .4rem; }
.legend a { color: inherit; text-decoration: none; display: inline-flex; align-items: center; gap: .4rem; }
.legend a:hover { text-decoration: underline; }
.swatch { width: .8rem; height: .8rem; border-radius: 3px; display: inline-block; }
.swatch-forwarded { background: var(--forwarded); } .swatch-redirected { background: var(--redirected); }
.swatch-audited { background: var(--audited); } .swatch-dropped { background: var(--dropped); } .swatch-error { background: var(--error); }
.chart { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .6rem; width: 100%; min-height: 250px; }
.chart svg { display: block; max-width: 100%; }
.tip { position: fixed; z-index: 8; max-width: 24rem; pointer-events: none; background: var(--ink); color: var(--paper);
  padding: .45rem .65rem; border-radius: 6px; font-size: .85rem; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 10px; margin-top: .6rem; }
.scroll[data-wide]::before { content: "wider than the screen: scroll sideways →"; display: block; position: sticky; left: 0;
  width: fit-content; padding: .3rem .75rem; color: var(--quiet); font-size: .85rem; }
.scroll[data-more] { -webkit-mask-image: linear-gradient(to left, transparent, black 3rem); mask-image: linear-gradient(to left, transparent, black 3rem); }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
caption { text-align: left; padding: .5rem .75rem; font-size: .85rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem; border-top: 1px solid var(--line); font-weight: 400; }
thead th { border-top: 0; color: var(--quiet); font-size: .82rem; white-space: nowrap; background: var(--shade); }
thead th button { border: 0; background: none; padding: 0; min-height: 1.75rem; color: inherit; font-weight: 600; white-space: nowrap; }
thead th[aria-sort=none] button::after { content: " ↕"; font-weight: 400; }
thead th[aria-sort=ascending] button::after { content: " ▲"; } thead th[aria-sort=descending] button::after { content: " ▼"; }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; } thead th.number { text-align: right; }
td.time { white-space: nowrap; font-variant-numeric: tabular-nums; }
td.text { max-width: 18rem; overflow-wrap: break-word; }
td.wide { min-width: 15rem; overflow-wrap: anywhere; } #table-changes td.wide { min-width: 26rem; }
tbody tr:hover { background: var(--shade); }
.tag { display: inline-block; border-radius: 4px; padding: 0 .4rem; margin: 0 .25rem .15rem 0; font-size: .85em; white-space: nowrap; background: var(--shade); }
.bad-hole { background: var(--tint-hole); } .bad-broken { background: var(--tint-broken); } .bad-odd { background: var(--tint-odd); }
.bad-opened { background: var(--tint-opened); } .bad-audited { background: var(--tint-audited); } .bad-denied { background: var(--tint-denied); }
.bad-unknown { background: var(--tint-unknown); } .bad-fine { background: var(--tint-fine); }
.matrix { width: auto; } .matrix th, .matrix td { border: 1px solid var(--line); }
.matrix thead th { vertical-align: bottom; font-weight: 600; color: var(--ink); }
.matrix tbody th, .matrix thead th:first-child { position: sticky; left: 0; background: var(--card); font-weight: 600; z-index: 1; }
.matrix td { text-align: center; padding: 0; min-width: 3.75rem; }
.matrix th { padding: .35rem .5rem; } .matrix thead th:first-child { white-space: normal; min-width: 7.5rem; }
.matrix td a { display: block; padding: .3rem .5rem; color: var(--ink); text-decoration: none; font-variant-numeric: tabular-nums; }
.matrix td a:hover { text-decoration: underline; } .matrix small { display: block; font-size: .78em; line-height: 1.25; white-space: nowrap; }
.key .tag { color: var(--ink); }
.key { display: flex; flex-wrap: wrap; gap: .3rem .6rem; font-size: .85rem; margin-top: .5rem; color: var(--quiet); }
details summary { cursor: pointer; color: var(--accent); }
.before { color: var(--bad); text-decoration: none; } .after { color: var(--good); text-decoration: none; }
.before::before { content: "− "; } .after::before { content: "+ "; }
.diffline { margin: .15rem 0 .35rem; overflow-wrap: anywhere; } .diffline > * { display: block; }
.more { margin: .6rem .75rem; }
td.brief { white-space: nowrap; } #table-answer td.text:not(.brief) { min-width: 8rem; overflow-wrap: anywhere; } #table-answer th, #table-answer td { padding-left: .5rem; padding-right: .5rem; } #table-answer .lists td { border-top: 0; padding-top: 0; }
.lists td > div { display: inline-block; vertical-align: top; max-width: min(38rem, 100%); margin: 0 2.5rem .3rem 0; font-size: .95em; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .2rem 1rem; margin: .4rem 0 0; font-size: .92rem; }
dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; } #mind ul { margin: .25rem 0 0; padding-left: 1.2rem; }`;

const NARROW = `
@media (max-width: 72rem) { .cards { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
@media (max-width: 46rem) { .cards { grid-template-columns: minmax(0, 1fr); } }
@media (max-width: 40rem) {
  body { font-size: 14px; } header.top, main, footer { padding-left: .75rem; padding-right: .75rem; }
  .filters { margin-left: -.75rem; margin-right: -.75rem; padding: .5rem .75rem; position: static; }
  .card { padding: .75rem .85rem; } th, td { padding: .35rem .5rem; } .note { padding-left: .5rem; }
  table.stack, table.stack tbody, table.stack tr, table.stack td { display: block; width: 100%; }
  table.stack thead tr { display: flex; flex-wrap: wrap; gap: 0 .75rem; padding: .25rem .5rem; background: var(--shade); }
  table.stack thead, table.stack caption { display: block; } table.stack thead th { padding: 0; background: none; }
  table.stack tr { border-top: 1px solid var(--line); padding: .35rem 0; }
  #table-changes td.wide, table.stack td { border: 0; padding: .1rem .6rem; text-align: left; min-width: 0; max-width: none; white-space: normal; }
  table.stack td::before { content: attr(data-label) ": "; color: var(--quiet); font-size: .85em; }
  table.stack td:empty { display: none; } table.stack .lists td::before { content: none; }
}`;

const PAPER = `
@media print {
  :root, :root[data-theme] {${LIGHT} --paper: #fff; }
  .filters input, .filters select, .filters button, .filters label, #theme, .skip, .more, .tip { display: none; }
  .scroll[data-wide]::before { content: none; } .scroll { mask-image: none !important; -webkit-mask-image: none !important; }
  .filters { position: static; } body { font-size: 10pt; } .scroll { overflow: visible; border: 0; }
  table { font-size: 8pt; } th, td { padding: .2rem .35rem; } td, .tag { overflow-wrap: anywhere; }
  #table-changes td.wide, td.wide { min-width: 0; } .tag, thead th, thead th button { white-space: normal; }
  .matrix { table-layout: fixed; width: 100%; font-size: 7pt; }
  .matrix td, .matrix th, .matrix thead th:first-child { min-width: 0; padding: 1px 2px; white-space: normal; overflow-wrap: anywhere; }
  .matrix tbody th, .matrix thead th:first-child { width: 2.6cm; position: static; }
  .matrix thead th + th { writing-mode: vertical-rl; white-space: nowrap; height: 3cm; }
  .matrix td a { padding: 1px 0; } .matrix small { writing-mode: vertical-rl; margin: 2px auto 0; width: max-content; font-size: 6pt; }
  .card, tr { break-inside: avoid; } h2 { break-after: avoid; } a { color: inherit; }
  * { print-color-adjust: exact; }
}`;

export const STYLE = `
:root {${LIGHT} }
@media (prefers-color-scheme: dark) { :root {${DARK} } }
:root[data-theme=light] {${LIGHT} }
:root[data-theme=dark] {${DARK} }
${BASE}
${ANSWER}
${EVIDENCE}
${NARROW}
${PAPER}
`;
