// A document store in memory that keeps the contract of src/stores/opensearch/documentStore.ts: versions as
// `external_gte`, documents never deleted, pages. For tests of workers; it can be told to refuse, to fail or to
// stop answering half-way, as a real one does.
import type { Document } from '../../src/documents/document.ts';
import { policyOffsetOf } from '../../src/documents/versions.ts';
import { number, text, texts } from '../../src/model/json.ts';
import { parseMicros } from '../../src/model/time.ts';
import type { DocumentStore, Refused, Written } from '../../src/stores/opensearch/documentStore.ts';

export interface MemoryStore extends DocumentStore {
  /** As they stand, by `_index/_id`. */
  readonly documents: ReadonlyMap<string, Document>;
  /** Requests of `write` so far, each with what it held. */
  readonly writes: readonly (readonly Document[])[];
  /** From now on documents for which this answers a reason are refused. */
  refuse(reasonFor: (document: Document) => string | null): void;
  /** The next document for which this answers true is not stored, nor anything after it: `write` throws. */
  failAt(isLast: (document: Document) => boolean): void;
}

/** Small, so that every reader goes through pages. */
const PAGE = 7;

export function createMemoryStore(): MemoryStore {
  const documents = new Map<string, Document>();
  const writes: (readonly Document[])[] = [];
  let reasonFor: (document: Document) => string | null = () => null;
  let isLast: (document: Document) => boolean = () => false;

  function write(batch: readonly Document[]): Written {
    writes.push(batch);
    const refused: Refused[] = [];
    let superseded = 0;
    for (const document of batch) {
      if (isLast(document)) {
        isLast = () => false;
        throw new Error('the store died');
      }
      const reason = reasonFor(document);
      if (reason !== null) refused.push({ document, status: 400, reason });
      else if (!put(documents, document)) superseded += 1;
    }
    return { acknowledged: batch.length - refused.length - superseded, superseded, refused };
  }

  const all = (table: string): readonly Document[] =>
    [...documents.values()].filter(({ _index }) => _index.startsWith(`netpol-${table}`));

  return {
    documents,
    writes,
    refuse(decide) {
      reasonFor = decide;
    },
    failAt(decide) {
      isLast = decide;
    },
    async write(batch, signal, permit) {
      await permit?.(signal);
      signal.throwIfAborted();
      return write(batch);
    },
    async rollupsOfBlock(partition, block, signal) {
      signal.throwIfAborted();
      return new Map(
        all('rollups')
          .filter(({ fields }) => fields['block.partition'] === partition && fields['block.number'] === block)
          .filter(({ fields }) => fields['count'] !== 0)
          .map(({ _id, _index, fields }) => [_id, { index: _index, timestamp: text(fields['@timestamp']) }]),
      );
    },
    async verdictStatuses(wanted, signal) {
      signal.throwIfAborted();
      return new Map(
        wanted.flatMap(({ id, index }) => {
          const found = documents.get(`${index}/${id}`);
          if (found === undefined) return [];
          return [[id, found.fields['join.status'] === 'final' ? 'final' : 'provisional'] as const];
        }),
      );
    },
    rollupsIn({ cluster, from, until, naming }, signal) {
      const isNamed = ({ fields }: Document): boolean =>
        naming !== undefined &&
        (texts(fields['policy.reported']).some((ref) => naming.includes(ref)) ||
          texts(fields['drift']).includes('unknown-policy'));
      const meets = ({ fields }: Document): boolean =>
        timeOf(fields['window.start']) < until && timeOf(fields['window.end']) > from;
      return pages(signal, () =>
        all('rollups')
          .filter(({ fields }) => fields['orchestrator.cluster.name'] === cluster)
          .filter((document) => meets(document) || isNamed(document)),
      );
    },
    provisionalUpTo: (cluster, until, signal) =>
      pages(signal, () =>
        all('verdicts')
          .filter(({ fields }) => fields['orchestrator.cluster.name'] === cluster)
          .filter(({ fields }) => fields['join.status'] === 'provisional')
          .filter(({ fields }) => timeOf(fields['@timestamp']) <= until)
          .sort((a, b) => timeOf(a.fields['@timestamp']) - timeOf(b.fields['@timestamp'])),
      ),
    async highestPolicyOffset() {
      const offsets = [
        ...all('verdicts').map(({ fields }) => number(fields['join.policy_offset']) ?? -1),
        ...all('rollups').map(({ _version }) => policyOffsetOf(_version)),
      ];
      return offsets.reduce((highest, offset) => Math.max(highest, offset), -1);
    },
    async close() {},
  };
}

/** @returns false when a higher version is there */
function put(documents: Map<string, Document>, document: Document): boolean {
  const key = `${document._index}/${document._id}`;
  const known = documents.get(key);
  if (known !== undefined && known._version > document._version) return false;
  documents.set(key, document);
  return true;
}

/** As of the first page: what is written meanwhile may or may not be seen. */
async function* pages(
  signal: AbortSignal,
  find: () => readonly Document[],
): AsyncGenerator<readonly Document[]> {
  const found = find();
  for (let from = 0; from < found.length; from += PAGE) {
    signal.throwIfAborted();
    yield found.slice(from, from + PAGE);
  }
}

function timeOf(value: unknown): number {
  return parseMicros(text(value)) ?? Number.NaN;
}
