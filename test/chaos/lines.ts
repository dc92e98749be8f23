// As many verdicts as wanted: those of the sample cluster, each many times over under ids of its own. Copies stand
// together, so that also small blocks hold the same few conversations; of what gets a document of its own there
// are fewer, or the run would try nothing but OpenSearch's patience.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const CLUSTER = new URL('../samples/cluster/', import.meta.url);
const VERDICT = '"event_type":{"type":5';
const SHARE_OF_DOCUMENTED = 0.05;
const UUID = /"uuid":"([^"]*)"/;

export function auditLines(): readonly string[] {
  return sampleLines('audit.ndjson');
}

export function snapshotPath(): string {
  return fileURLToPath(new URL('snapshot.json', CLUSTER));
}

/** Each verdict of the sample once. */
export function sampleVerdicts(): readonly string[] {
  return sampleLines('flows.ndjson').filter((line) => line.includes(VERDICT));
}

/**
 * About `count` lines, in the order of the sample.
 * @param documented uuids of the sample's verdicts that get documents
 */
export function* verdictLines(count: number, documented: ReadonlySet<string>): Generator<string> {
  const sample = sampleVerdicts();
  const isDocumented = (line: string): boolean => documented.has(UUID.exec(line)?.[1] ?? '');
  const some = sample.filter(isDocumented).length;
  const perDocumented = Math.max(1, Math.round((count * SHARE_OF_DOCUMENTED) / some));
  const perOther = Math.max(1, Math.round((count - perDocumented * some) / (sample.length - some)));
  let id = 0;
  for (const line of sample)
    for (let copy = isDocumented(line) ? perDocumented : perOther; copy > 0; copy -= 1) {
      id += 1;
      yield line.replace(UUID, `"uuid":"${uuidOf(id)}"`);
    }
}

/** Of a line that stands more than once, how often it does so again; and how many different ones there are. */
export interface Copies {
  distinct: number;
  again: number;
}

/** Passes the lines on, and counts them. */
export async function* counting(lines: AsyncIterable<string>, copies: Copies): AsyncGenerator<string> {
  const seen = new Set<string>();
  for await (const line of lines) {
    seen.add(UUID.exec(line)?.[1] ?? line);
    copies.again += copies.distinct === seen.size ? 1 : 0;
    copies.distinct = seen.size;
    yield line;
  }
}

function uuidOf(id: number): string {
  return `00000000-0000-4000-8000-${id.toString(16).padStart(12, '0')}`;
}

function sampleLines(name: string): readonly string[] {
  return readFileSync(new URL(name, CLUSTER), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}
