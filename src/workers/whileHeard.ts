// The permit to write of a member of a group. Who is not heard of may have been replaced: its successor waits for
// what was sent before that, and for nothing that is sent after it.
import { setTimeout as pause } from 'node:timers/promises';
import type { Group } from '../kafka/log.ts';
import type { WritePermit } from '../stores/opensearch/documentStore.ts';

const POLL_MS = 100;

/** @param group null: it has not been joined yet, nobody is heard of */
export function whileHeard(group: () => Group | null): WritePermit {
  return async (signal) => {
    signal.throwIfAborted();
    while (group()?.isHeard() !== true) {
      await pause(POLL_MS);
      signal.throwIfAborted();
    }
  };
}
