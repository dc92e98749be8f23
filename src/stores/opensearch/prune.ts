// Deletes expired indices, by the time in their names, where no lifecycle policy does it. Only indices that this
// program would name so are ever touched, and only whole ones.
import type { Clock } from '../../runtime/clock.ts';
import { listIndices } from './indexList.ts';
import { isExpired } from './indexNames.ts';
import { ask } from './patience.ts';
import { DATED_TABLES } from './settings.ts';
import type { Setup } from './templateSetup.ts';

/** Names in one request: a URL has a limit of 4,096 bytes. */
const PER_REQUEST = 20;

/** @returns the names of what was deleted, or, on a dry run, would be; sorted by table and time */
export async function prune(setup: Setup, clock: Pick<Clock, 'nowMs'>): Promise<readonly string[]> {
  const { settings, signal, dryRun } = setup;
  const expired: string[] = [];
  for (const table of DATED_TABLES) {
    const all = await listIndices(setup, { table, prefix: settings.indexPrefix, which: 'all' }, signal);
    expired.push(...all.filter((index) => isExpired(index, settings, clock.nowMs())));
  }
  if (dryRun) return expired;
  for (let start = 0; start < expired.length; start += PER_REQUEST) {
    const path = `/${expired.slice(start, start + PER_REQUEST).join(',')}`;
    await ask(
      setup,
      { method: 'DELETE', path, query: { ignore_unavailable: true } },
      'deleting indices',
      signal,
    );
  }
  return expired;
}
