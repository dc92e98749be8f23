// The simulated cluster's traffic as often as wanted: its four hours again and again, each time with times,
// ids and client ports of its own, so that nothing downstream can take one copy for another.
import { sampleLines } from '../support/cluster.ts';

const PERIOD_MS = 4 * 60 * 60 * 1000;
const VARIABLE = /(?<="uuid":")[0-9a-f]{8}|(?<=")\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d|(?<="source_port":)\d{5}/g;
const FIRST_CLIENT_PORT = 32_768;
const CLIENT_PORTS = 28_232;

type Piece = string | ((copy: number) => string);

export const LINES_PER_PERIOD = 4_988;

/** `count` lines in the order of their time. */
export function* traffic(count: number): Generator<string> {
  const templates = sampleLines('cluster/flows.ndjson').map(piecesOf);
  for (let copy = 0, made = 0; made < count; copy += 1)
    for (const pieces of templates.slice(0, count - made)) {
      made += 1;
      yield lineOf(pieces, copy);
    }
}

function piecesOf(line: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of line.matchAll(VARIABLE)) {
    pieces.push(line.slice(end, match.index), variable(match[0]));
    end = match.index + match[0].length;
  }
  return [...pieces, line.slice(end)];
}

function variable(value: string): Piece {
  if (value.includes('T')) {
    const millis = Date.parse(`${value}Z`);
    return (copy) => new Date(millis + copy * PERIOD_MS).toISOString().slice(0, value.length);
  }
  if (value.length === 8) return (copy) => (copy === 0 ? value : copy.toString(16).padStart(8, '0'));
  const port = Number(value) - FIRST_CLIENT_PORT;
  return port < 0 ? value : (copy) => String(FIRST_CLIENT_PORT + ((port + copy * 7_919) % CLIENT_PORTS));
}

function lineOf(pieces: readonly Piece[], copy: number): string {
  let line = '';
  for (const piece of pieces) line += typeof piece === 'string' ? piece : piece(copy);
  return line;
}
