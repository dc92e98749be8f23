// The evidence from a store file that `analyze` kept. Reading changes nothing, and the logs are not needed any more.
import { AUDIT_RANGES, HISTORY } from '../../queries/history.ts';
import { TALKS, talkOf } from '../../queries/talks.ts';
import { readStore } from '../../stores/duckdb/store.ts';
import type { Evidence } from './evidence.ts';
import type { WhyOptions } from './options.ts';
import { namesByAddress } from './storedEvent.ts';
import { createStoredGatherer } from './storedEvidence.ts';
import { isShownPolicy } from './storedTimeline.ts';

const REMEDIES = { audit: 'analyze again with --audit', snapshot: 'analyze again with --policies' };

/** @throws Fault `store-failed` when there is no store at that path */
export async function evidenceFromStore(options: WhyOptions): Promise<Evidence> {
  const store = await readStore(options.store);
  try {
    const history = HISTORY.read(await store.query(HISTORY.sql));
    const ranges = AUDIT_RANGES.read(await store.query(AUDIT_RANGES.sql));
    const gatherer = createStoredGatherer(options.question, await namesByAddress(store));
    for await (const row of store.stream(TALKS)) gatherer.take(talkOf(row));
    const shown = history.filter(isShownPolicy);
    const withSnapshot = new Set(shown.map(({ change }) => change.cluster));
    return gatherer.gathered({ history, ranges, withSnapshot, remedies: REMEDIES, awaited: null });
  } finally {
    await store.close();
  }
}
