// What a scene's store should hold in the end: what it would hold had every change been known when the first flow came.
import { blockDocuments, NOTHING_STORED } from '../../../src/documents/blockDocuments.ts';
import type { Document } from '../../../src/documents/document.ts';
import { verdictDocument } from '../../../src/documents/verdictDocument.ts';
import { JOIN_DEFAULTS } from '../../../src/join/enriched.ts';
import { createLogTimelines } from '../../../src/workers/policyLog/logTimelines.ts';
import { cutIntoBlocks, type LogEntry } from '../../properties/blocks/log.ts';
import { readPolicies, usable } from './owner.ts';
import { type Place, RAW_PER_KEY } from './place.ts';

interface Truth {
  /** Rollups that count, and the verdicts that are worth a document. */
  readonly documents: ReadonlyMap<string, string>;
  /** Every verdict as its document would be. */
  readonly verdicts: ReadonlyMap<string, string>;
}

async function onTime(place: Place): Promise<Truth> {
  const { log, topics } = place;
  const timelines = createLogTimelines(JOIN_DEFAULTS);
  await readPolicies(place, timelines, Number.MAX_SAFE_INTEGER - 1);
  timelines.answers.advance();
  const documents = new Map<string, string>();
  const verdicts = new Map<string, string>();
  for (let partition = 0; partition < (await log.admin.partitions(topics.events)); partition += 1)
    for (const [number, { events }] of cutIntoBlocks(await entriesOf(place, partition), true)) {
      const records = events.map((event) => ({
        verdict: timelines.answers.joiner(event.cluster).join(event),
        status: 'final' as const,
      }));
      const content = { partition: `${topics.events}/${partition}`, number, records, policyOffset: 0 };
      const made = blockDocuments(content, NOTHING_STORED, RAW_PER_KEY);
      for (const document of [...made.rollups, ...made.verdicts]) documents.set(document._id, said(document));
      for (const { verdict } of records) {
        const document = verdictDocument(verdict, { policyOffset: 0, status: 'final' });
        verdicts.set(document._id, said(document));
      }
    }
  return { documents, verdicts };
}

async function entriesOf({ log, topics }: Place, partition: number): Promise<readonly LogEntry[]> {
  const entries: LogEntry[] = [];
  for await (const records of log.range({ topic: topics.events, partition }, 0, Number.MAX_SAFE_INTEGER))
    for (const { offset, appendedAtMs, value } of records) {
      const event = value === null ? null : usable(value);
      if (event !== null) entries.push({ offset, appendedAtMs, event });
    }
  return entries;
}

/** What is stored of blocks and is not as it would be had everything come on time; [] when all is. */
export async function wrongs(place: Place): Promise<readonly string[]> {
  const { documents, verdicts } = await onTime(place);
  const stored = new Map((await place.stored()).map((one) => [one._id, one]));
  const missing = [...documents].filter(([id, text]) => {
    const found = stored.get(id);
    return found === undefined || said(found) !== text;
  });
  const tooMany = [...stored.values()].filter((one) => {
    if (one._index.startsWith('netpol-verdicts-')) return said(one) !== verdicts.get(one._id);
    return one._index.startsWith('netpol-rollups-') && one.fields['count'] !== 0 && !documents.has(one._id);
  });
  return [...missing.map(([id]) => `not stored so: ${id}`), ...tooMany.map(({ _id }) => `not true: ${_id}`)];
}

function said({ _index, fields }: Document): string {
  const { 'join.policy_offset': _, ...rest } = fields;
  return JSON.stringify([_index, rest]);
}
