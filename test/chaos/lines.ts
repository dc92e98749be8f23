// As many verdicts as wanted: those of the sample cluster, each many times over under ids of its own. Copies stand
// together, so that also small blocks hold the same few conversations; of what gets a document of its own there
// are fewer, or the run would measure nothing but OpenSearch.
import { readFileSync } from 'node:fs';

const CLUSTER = new URL('../samples/cluster/', import.meta.url);
const VERDICT = '"event_type":{"type":5';
const SHARE_OF_DENIED = 0.02;

export function auditLines(): readonly string[] {
  return sampleLines('audit.ndjson');
}

export function snapshotPath(): URL {
  return new URL('snapshot.json', CLUSTER);
}

/** About `count` lines, in the order of the sample. */
export function* verdictLines(count: number): Generator<string> {
  const sample = sampleLines('flows.ndjson').filter((line) => line.includes(VERDICT));
  const denied = sample.filter(isDenied).length;
  const perDenied = Math.max(1, Math.round((count * SHARE_OF_DENIED) / denied));
  const perOther = Math.max(1, Math.round((count - perDenied * denied) / (sample.length - denied)));
  let id = 0;
  for (const line of sample)
    for (let copy = isDenied(line) ? perDenied : perOther; copy > 0; copy -= 1) {
      id += 1;
      yield line.replace(/"uuid":"[^"]*"/, `"uuid":"${uuidOf(id)}"`);
    }
}

function isDenied(line: string): boolean {
  return line.includes('"verdict":"DROPPED"') || line.includes('"verdict":"AUDIT"');
}

function uuidOf(id: number): string {
  return `00000000-0000-4000-8000-${id.toString(16).padStart(12, '0')}`;
}

function sampleLines(name: string): readonly string[] {
  return readFileSync(new URL(name, CLUSTER), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}
