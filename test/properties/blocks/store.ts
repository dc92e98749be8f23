// The store of the simulated cluster: one document per id, versions as `external_gte`. Requests are in flight
// for a while, and each of their documents lands on its own, or never.
import type { BlockDocuments, StoredBlock } from '../../../src/documents/blockDocuments.ts';
import { text } from '../../../src/model/json.ts';
import type { Document } from '../../../src/documents/document.ts';

export interface Store {
  readonly documents: ReadonlyMap<string, Document>;
  write(document: Document): void;
  rollups(): readonly Document[];
  verdicts(): readonly Document[];
  /** What is stored of a block. */
  read(number: number, verdictIds: ReadonlySet<string>): StoredBlock;
}

export function createStore(): Store {
  const documents = new Map<string, Document>();
  const of = (kind: string): readonly Document[] =>
    [...documents.values()].filter(({ _index }) => _index.startsWith(`netpol-${kind}-`));
  return {
    documents,
    write(document) {
      const known = documents.get(document._id);
      if (known === undefined || document._version >= known._version) documents.set(document._id, document);
    },
    rollups: () => of('rollups'),
    verdicts: () => of('verdicts'),
    read: (number, verdictIds) => ({
      rollups: new Map(
        of('rollups')
          .filter(({ fields }) => fields['block.number'] === number)
          .map(({ _id, _index, fields }) => [_id, { index: _index, timestamp: text(fields['@timestamp']) }]),
      ),
      verdicts: new Map(
        of('verdicts')
          .filter(({ _id }) => verdictIds.has(_id))
          .map(({ _id, fields }) => [_id, fields['join.status'] === 'final' ? 'final' : 'provisional']),
      ),
    }),
  };
}

/** A request in flight: what is to be written first, and what when all of that has landed. */
export interface Flight {
  readonly phases: readonly Document[][];
  readonly landed: () => void;
}

export function flightOf(sent: BlockDocuments, isZerosLast: boolean, landed: () => void): Flight {
  const first = [...sent.rollups, ...sent.verdicts];
  const phases = isZerosLast ? [first, [...sent.zeros]] : [[...sent.zeros, ...first]];
  return { phases, landed };
}

/** Lands up to `count` documents, the one at `choice` first. @returns whether all have landed. */
export function land(flight: Flight, store: Store, count: number, choice: number): boolean {
  for (let left = count; left > 0; left -= 1) {
    const phase = flight.phases.find((documents) => documents.length > 0);
    const [document] = phase?.splice(choice % phase.length, 1) ?? [];
    if (document === undefined) break;
    store.write(document);
  }
  if (flight.phases.some((documents) => documents.length > 0)) return false;
  flight.landed();
  return true;
}
