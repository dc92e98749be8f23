// Lines to a pipe, a file or a terminal, no faster than they are taken. A reader that goes away (`| head`) is no
// trouble: there is nobody left to write to, and the caller may stop.
import type { Writable } from 'node:stream';

import { Fault } from '../../model/fault.ts';

export interface LineOutput {
  /**
   * Settles when the text has been taken.
   * @throws Fault `output-unwritable` for any error but a closed pipe
   */
  write(text: string): Promise<void>;
  /** The reader has gone away. Nothing written from then on reaches anybody. */
  readonly closed: boolean;
}

export function createLineOutput(stream: Writable): LineOutput {
  let closed = false;
  // Node reports one failure twice, and would end the process for the second report if nobody listened.
  stream.on('error', () => {});
  return {
    write: (text) =>
      new Promise((resolve, reject) => {
        if (closed || text === '') {
          resolve();
          return;
        }
        stream.write(text, (error) => {
          const code = error !== null && error !== undefined && 'code' in error ? error.code : undefined;
          closed ||= code === 'EPIPE';
          if (error === null || error === undefined || closed) resolve();
          else
            reject(
              new Fault('output-unwritable', `standard output cannot be written: ${error.message}`, {
                cause: error,
              }),
            );
        });
      }),
    get closed() {
      return closed;
    },
  };
}
