// Logs of a real API server against what it really stored: every row of expected.jsonl must be the change that
// the timeline finds for the same request, and the state at the end must be the stored one. What no line of a
// file can tell is listed here, exactly, with the reason.
import { describe, expect, it } from 'vitest';
import { at, canonicalJson, field, number, text, type JsonObject } from '../../src/model/json.ts';
import { FOREVER } from '../../src/model/time.ts';
import type { ChangeRecord, TimelineReader } from '../../src/timeline/reader.ts';
import { auditEvents, itemsOf, jsonLines, snapshotOf, timelineOf } from './samples.ts';

/** Older than every file, beside the policies of snapshot-start.json. */
const OFFICE: JsonObject = {
  apiVersion: 'cilium.io/v2',
  kind: 'CiliumCIDRGroup',
  metadata: { name: 'office', generation: 1, creationTimestamp: '2026-11-21T02:10:27Z' },
  spec: { externalCIDRs: ['203.0.113.0/24'] },
};

interface Case {
  readonly file: string;
  readonly end: string;
  /** Rows that agree. */
  readonly agree: number;
  /** `true outcome → ours`, and how often. */
  readonly differ: Readonly<Record<string, number>>;
  readonly bodies: number;
  /** Policies whose last state the file does not tell. */
  readonly endDiffers: readonly string[];
}

const CASES: readonly Case[] = [
  {
    file: 'requestresponse.jsonl',
    end: 'snapshot.json',
    agree: 346,
    // An apply in YAML and a malformed patch leave nothing but the line that they came in. The latter proves to
    // have changed nothing; the former is a gap.
    differ: { 'failure (not logged) → no-op': 3, 'version (not logged) → gap': 3 },
    bodies: 23,
    endDiffers: [],
  },
  {
    file: 'requestresponse-recommended.jsonl',
    end: 'snapshot-requestresponse-recommended.json',
    agree: 128,
    // As above.
    differ: { 'failure (not logged) → no-op': 1, 'version (not logged) → gap': 1 },
    bodies: 13,
    endDiffers: [],
  },
  {
    file: 'request.jsonl',
    end: 'snapshot-request.json',
    agree: 243,
    // Without RequestReceived, YAML applies and malformed patches leave nothing. Applies that alter managedFields
    // alone (3) and finalizers that the API server added itself (2) do not show in requests; nor does it show
    // when an apply drops a field that its manager owned (1).
    differ: {
      'failure (not logged) → nothing': 2,
      'version (not logged) → nothing': 2,
      'metadata → no-op': 5,
      'version → no-op': 1,
    },
    bodies: 14,
    // The body of the YAML apply; names that the API server generated.
    endDiffers: [
      'CiliumNetworkPolicy/shop/cnp-flux: another body, inferred',
      'CiliumNetworkPolicy/shop/cnp-gen-7mwcw: not seen',
      'NetworkPolicy/shop/np-flux: another body, inferred',
      'NetworkPolicy/shop/np-gen-ndl8j: not seen',
    ],
  },
  {
    file: 'metadata.jsonl',
    end: 'snapshot-metadata.json',
    agree: 109,
    // Nothing tells a write of the spec from one of metadata, from none, or from the removal of the last
    // finalizer; a dry run asked for in the body from a delete; or which objects a selector met.
    differ: {
      'dry-run → tombstone': 1,
      'metadata → version': 7,
      'no-op → version': 4,
      'tombstone → version': 3,
      'no-op → gap': 1,
      'terminating → gap': 1,
      'tombstone → gap': 4,
    },
    bodies: 0,
    endDiffers: [
      'CiliumClusterwideNetworkPolicy//pre-existing-ccnp: body unknown',
      'CiliumNetworkPolicy/mutated/m: body unknown',
      'CiliumNetworkPolicy/payments/multi: body unknown',
      'NetworkPolicy/mutated/m: body unknown',
      'NetworkPolicy/payments/map-np: body unknown',
      'NetworkPolicy/payments/open: body unknown',
      'NetworkPolicy/payments/race: body unknown',
      'NetworkPolicy/shop/np-batch-0: seen as alive, body unknown',
      'NetworkPolicy/shop/np-batch-1: seen as alive, body unknown',
      'NetworkPolicy/shop/np-batch-2: seen as alive, body unknown',
      'NetworkPolicy/shop/np-fin2: seen as alive, body unknown',
      'NetworkPolicy/shop/np-fin: seen as alive, body unknown',
      'NetworkPolicy/shop/np-flux: body unknown',
      'NetworkPolicy/shop/np-gen-tbbsx: not seen',
      'NetworkPolicy/shop/np-pb-0: seen as alive, body unknown',
      'NetworkPolicy/shop/np-pb-1: seen as alive, body unknown',
      'NetworkPolicy/shop/np-typo: body unknown',
      'NetworkPolicy/shop/np-web: body unknown',
      'NetworkPolicy/shop/np-yaml: body unknown',
      'NetworkPolicy/shop/pre-existing-np: body unknown',
    ],
  },
  {
    file: 'webhook-eventlists.jsonl',
    end: 'snapshot-webhook.json',
    agree: 66,
    // The batches around the two events that could not be encoded are lost whole.
    differ: {
      'dry-run (not logged) → nothing': 1,
      'failure (not logged) → nothing': 2,
      'metadata (not logged) → nothing': 1,
      'no-op (not logged) → nothing': 1,
      'version (not logged) → nothing': 5,
    },
    bodies: 7,
    endDiffers: ['NetworkPolicy/shop/np-flux: not seen'],
  },
  {
    file: 'truncated.jsonl',
    end: 'snapshot-truncated.json',
    agree: 70,
    // A truncated line shows neither generation nor body; one delete was dropped as too long.
    differ: {
      'failure (not logged) → nothing': 1,
      'tombstone (not logged) → nothing': 1,
      'version (not logged) → nothing': 1,
      'metadata → version': 3,
      'no-op → version': 2,
      'tombstone → version': 1,
      'terminating → gap': 1,
    },
    bodies: 6,
    endDiffers: [
      'CiliumNetworkPolicy/shop/big: seen as alive, body unknown',
      'CiliumNetworkPolicy/shop/cnp-fin2: seen as alive, body unknown',
      'CiliumNetworkPolicy/shop/cnp-flux: body unknown',
      'CiliumNetworkPolicy/shop/pre-existing-cnp: body unknown',
    ],
  },
  { file: 'restored.jsonl', end: 'snapshot-restored.json', agree: 8, differ: {}, bodies: 4, endDiffers: [] },
];

const truth = jsonLines('audit-real/expected.jsonl').filter(
  (row) => row['outcome'] !== 'list' && row['outcome'] !== 'other-kind',
);

/** The outcome of a row in the timeline's words. */
function outcomeOf(row: JsonObject): string {
  const outcome = text(row['outcome']);
  if (outcome === 'failed') return 'failure';
  if (outcome !== 'version') return outcome;
  const change = text(row['change']);
  return change === 'created' || change === 'spec' ? 'version' : change;
}

/** Clients can repeat auditIDs, and one request can delete many objects: name and resourceVersion count, too. */
function isOf(change: ChangeRecord, row: JsonObject): boolean {
  const { event, name, kind, resourceVersion } = change;
  if (event?.body.auditId !== row['auditID'] || kind !== row['kind']) return false;
  if (name !== '' && row['name'] !== undefined && name !== row['name']) return false;
  return row['outcome'] !== 'version' || resourceVersion === '' || resourceVersion === row['resourceVersion'];
}

function compare(
  file: string,
  changes: readonly ChangeRecord[],
): { agree: number; differ: Record<string, number> } {
  const left = new Set(changes);
  const differ: Record<string, number> = {};
  let agree = 0;
  for (const row of truth.filter((one) => one['file'] === file)) {
    const wanted = outcomeOf(row);
    const own = [...left].filter((change) => isOf(change, row));
    const found = own.find(({ outcome }) => outcome === wanted) ?? own[0];
    if (found !== undefined) left.delete(found);
    const isExact = found?.confidence === 'exact' && row['outcome'] === 'version';
    const sameGeneration = !isExact || found.generation === (number(row['generation']) ?? null);
    if (found?.outcome === wanted && sameGeneration) agree += 1;
    else {
      const logged = row['logged'] === false ? ' (not logged)' : '';
      const key = `${wanted}${logged} → ${found?.outcome ?? 'nothing'}`;
      differ[key] = (differ[key] ?? 0) + 1;
    }
  }
  return { agree, differ };
}

function endOf(reader: TimelineReader, name: string): { bodies: number; endDiffers: readonly string[] } {
  const held = new Map(
    reader
      .policies()
      .flatMap(({ ref, version }) => (version?.until === FOREVER ? [[ref, version] as const] : [])),
  );
  const differs: string[] = [];
  let bodies = 0;
  for (const object of itemsOf(`audit-real/${name}`)) {
    const ref = `${text(object['kind'])}/${text(at(object, 'metadata', 'namespace'))}/${text(at(object, 'metadata', 'name'))}`;
    const version = held.get(ref);
    held.delete(ref);
    if (version === undefined) differs.push(`${ref}: not seen`);
    else if (version.object === null) differs.push(`${ref}: body unknown`);
    else if (specOf(version.object) === specOf(object)) bodies += 1;
    else differs.push(`${ref}: another body, ${version.confidence}`);
  }
  // The snapshots do not list ClusterNetworkPolicies.
  const more = [...held].filter(([ref]) => !ref.startsWith('ClusterNetworkPolicy/'));
  for (const [ref, { object }] of more)
    differs.push(`${ref}: seen as alive, ${object === null ? 'body unknown' : 'with a body'}`);
  return { bodies, endDiffers: differs.toSorted() };
}

function specOf(object: JsonObject): string {
  return canonicalJson([field(object, 'spec') ?? null, field(object, 'specs') ?? null]);
}

describe.each(CASES)('$file', ({ file, end, agree, differ, bodies, endDiffers }) => {
  const { reader } = timelineOf([
    ...snapshotOf('audit-real/snapshot-start.json', [OFFICE]),
    ...auditEvents(`audit-real/${file}`),
  ]);

  it('is judged as the API server stored it, row for row, but for what no line tells', () => {
    expect(compare(file, reader.changes())).toEqual({ agree, differ });
  });

  it('ends in the stored state, but for what no line tells', () => {
    expect(endOf(reader, end)).toEqual({ bodies, endDiffers });
  });

  it('has changes with ids of their own', () => {
    const ids = reader.changes().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
