// The stages of the pure path (bytes → event → joined → rolled up → documents) over one list of lines, alone
// and all together, beside bare JSON.parse of the same lines.
import { rollupDocuments } from '../../src/documents/rollupDocument.ts';
import { isRemarkable, verdictDocument } from '../../src/documents/verdictDocument.ts';
import { type Enriched, JOIN_DEFAULTS } from '../../src/join/enriched.ts';
import { createJoiner } from '../../src/join/join.ts';
import type { Event, FlowEvent } from '../../src/model/event.ts';
import { createFlowNormaliser } from '../../src/normalise/flows.ts';
import { blockNumber, type BlockRollups, openBlock } from '../../src/rollup/block.ts';
import type { TimelineReader } from '../../src/timeline/reader.ts';
import type { Stage } from './rounds.ts';

const MADE = { policyOffset: 0, status: 'final' } as const;

/** A verdict of the policy engine, told without parsing. */
export function isVerdictLine(line: string): boolean {
  return line.includes('"event_type":{"type":5');
}

/** Every stage starts with empty caches on each run, and handles each line, or each verdict, once. */
export function purePath(lines: readonly string[], timeline: TimelineReader): readonly Stage[] {
  const buffers = lines.map((line) => Buffer.from(line));
  const events = normalised(buffers);
  const joined = joinAll(events, timeline);
  const closed = rolledUp(joined);
  return [
    { name: 'JSON.parse alone', items: lines.length, run: () => parseAll(lines) },
    { name: 'normalise', items: lines.length, run: () => void normalised(buffers) },
    { name: 'join', items: events.length, run: () => void joinAll(events, timeline) },
    { name: 'roll up', items: events.length, run: () => void rolledUp(joined) },
    { name: 'documents', items: events.length, run: () => makeDocuments(joined, closed) },
    { name: 'normalise, join, roll up', items: lines.length, run: () => runWhole(buffers, timeline) },
  ];
}

function parseAll(lines: readonly string[]): void {
  let objects = 0;
  for (const line of lines) if (typeof JSON.parse(line) === 'object') objects += 1;
  if (objects !== lines.length) throw new Error('not every line is an object');
}

function normalised(buffers: readonly Uint8Array[]): readonly FlowEvent[] {
  const normalise = createFlowNormaliser({ cluster: '', dropEvents: 'ignore' });
  const events: FlowEvent[] = [];
  for (const [index, bytes] of buffers.entries())
    for (const event of normalise(bytes, 'flows', index + 1).events) if (isVerdict(event)) events.push(event);
  return events;
}

function isVerdict(event: Event): event is FlowEvent {
  return event.body.kind === 'FlowVerdict';
}

function joinAll(events: readonly FlowEvent[], timeline: TimelineReader): readonly Enriched[] {
  const joiner = createJoiner(timeline, JOIN_DEFAULTS);
  return events.map((event) => joiner.join(event));
}

function rolledUp(verdicts: readonly Enriched[]): readonly BlockRollups[] {
  const blocks = createBlocks();
  for (const verdict of verdicts) blocks.add(verdict);
  return blocks.close();
}

/** One after the other, as the lines of a file have them. */
function createBlocks() {
  const closed: BlockRollups[] = [];
  let block = openBlock('flows', 0);
  let here = 0;
  return {
    add(verdict: Enriched): void {
      const number = blockNumber(verdict.event.origin.offset);
      if (number !== here) {
        closed.push(block.close());
        block = openBlock('flows', number);
        here = number;
      }
      block.add(verdict);
    },
    close: (): readonly BlockRollups[] => [...closed, block.close()],
  };
}

function makeDocuments(verdicts: readonly Enriched[], blocks: readonly BlockRollups[]): void {
  for (const verdict of verdicts) if (isRemarkable(verdict)) verdictDocument(verdict, MADE);
  for (const block of blocks) rollupDocuments(block, verdicts.length, MADE.policyOffset);
}

function runWhole(buffers: readonly Uint8Array[], timeline: TimelineReader): void {
  const normalise = createFlowNormaliser({ cluster: '', dropEvents: 'ignore' });
  const joiner = createJoiner(timeline, JOIN_DEFAULTS);
  const blocks = createBlocks();
  for (const [index, bytes] of buffers.entries())
    for (const event of normalise(bytes, 'flows', index + 1).events)
      if (isVerdict(event)) blocks.add(joiner.join(event));
  blocks.close();
}
