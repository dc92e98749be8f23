// The simulated cluster's four hours with as much traffic as wanted: the lines of each minute come again and
// again, each time with ids and client ports of their own, so that nothing downstream can take one copy for
// another.
import { sampleLines } from '../support/cluster.ts';

const VARIABLE = /(?<="uuid":")[0-9a-f]{8}|(?<="source_port":)\d{5}/g;
const UUID_DIGITS = 8;
const FIRST_CLIENT_PORT = 32_768;
const CLIENT_PORTS = 28_232;
/** Has no divisor in common with CLIENT_PORTS, so that a port comes back only after all others. */
const PORT_STEP = 7_919;
/** Length of `{"flow":{"time":"2026-11-02T08:00`, with which every flow line begins. */
const MINUTE_LENGTH = 33;

type Piece = string | ((copy: number) => string);

/** At least `least` lines, in the order of their minutes: every line of the sample equally often. */
export function* traffic(least: number): Generator<string> {
  const lines = sampleLines('cluster/flows.ndjson');
  const copies = Math.ceil(least / lines.length);
  const minutes = Map.groupBy(lines, (line) => line.slice(0, MINUTE_LENGTH));
  for (const minute of minutes.values()) {
    const templates = minute.map(piecesOf);
    for (let copy = 0; copy < copies; copy += 1) for (const pieces of templates) yield lineOf(pieces, copy);
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
  if (value.length === UUID_DIGITS)
    return (copy) => (copy === 0 ? value : copy.toString(16).padStart(UUID_DIGITS, '0'));
  const port = Number(value) - FIRST_CLIENT_PORT;
  return port < 0 ? value : (copy) => String(FIRST_CLIENT_PORT + ((port + copy * PORT_STEP) % CLIENT_PORTS));
}

function lineOf(pieces: readonly Piece[], copy: number): string {
  let line = '';
  for (const piece of pieces) line += typeof piece === 'string' ? piece : piece(copy);
  return line;
}
