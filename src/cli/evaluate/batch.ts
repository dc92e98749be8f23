// `evaluate --batch`: one world a line on standard input, one answer a line on standard output, each before
// the next world is read, until standard input ends. A line that holds no world is answered with an `error`.
import { readRecords } from '../../files/records.ts';
import { Fault } from '../../model/fault.ts';
import { isObject } from '../../model/json.ts';
import { decodeJson } from '../../sources/decode.ts';
import type { LineOutput } from './lineOutput.ts';
import { evaluateWorld, type WorldAnswer, type WorldOptions, worldOf } from './world.ts';

const STDIN = { path: '-', location: '-', bytes: null } as const;

interface BatchAnswer extends WorldAnswer {
  readonly error?: string;
}

/** @returns whether every line held a world, and every policy was valid */
export async function evaluateBatch(options: WorldOptions, output: LineOutput): Promise<boolean> {
  let sound = true;
  const answer = async (line: BatchAnswer): Promise<void> => {
    sound &&= line.error === undefined && line.invalid.length === 0;
    await output.write(`${JSON.stringify(line)}\n`);
  };
  try {
    for await (const batch of readRecords(STDIN, {
      onOverlong: async (_part, line, last) => {
        if (last) await answer(failed(`line ${line}: too long`));
      },
    }))
      for (const { bytes, line } of batch) {
        if (bytes.length > 0) await answer(answerTo(bytes, line, options));
        if (output.closed) return sound;
      }
  } catch (fault) {
    // No world at all is a batch of none.
    if (!(fault instanceof Fault && fault.code === 'input-empty')) throw fault;
  }
  return sound;
}

function answerTo(bytes: Uint8Array, line: number, options: WorldOptions): BatchAnswer {
  const decoded = decodeJson(bytes);
  if (decoded.outcome !== 'accepted')
    return failed(`line ${line}: ${decoded.outcome === 'rejected' ? decoded.detail : decoded.reason}`);
  if (!isObject(decoded.value)) return failed(`line ${line}: no JSON object`);
  return evaluateWorld(worldOf(decoded.value), options);
}

function failed(error: string): BatchAnswer {
  return { id: null, results: [], invalid: [], error };
}
