// A member of a group that writes down everything it is told, in order, and checks on the way what must hold at
// every moment: which epoch it is, and that nothing comes before its assignment or after its revocation.
import type {
  Assigned,
  Batch,
  Group,
  GroupHandlers,
  GroupOptions,
  Log,
  TopicPartition,
} from '../../src/kafka/log.ts';
import { nameOf } from '../../src/kafka/place.ts';
import { textOf } from './logHarness.ts';

export interface Witness {
  readonly group: Group;
  readonly assigned: readonly { readonly epoch: number; readonly partitions: readonly Assigned[] }[];
  readonly revoked: readonly { readonly epoch: number; readonly partitions: readonly TopicPartition[] }[];
  readonly batches: readonly { readonly epoch: number; readonly batch: Batch }[];
  readonly failures: readonly unknown[];
  /** What must never happen and did. */
  readonly breaches: readonly string[];
  epoch(): number;
  /** Names of the partitions that are ours now. */
  owned(): readonly string[];
  /** `topic/partition@offset` in the order of delivery. */
  delivered(): readonly string[];
  values(): readonly (string | null)[];
}

export interface Behaviour {
  readonly onAssigned?: (partitions: readonly Assigned[], epoch: number) => Promise<void> | void;
  readonly onBatch?: (batch: Batch, epoch: number) => Promise<void> | void;
}

export async function witness(
  log: Log,
  options: Pick<GroupOptions, 'groupId' | 'topics'> & Partial<GroupOptions>,
  { onAssigned, onBatch }: Behaviour = {},
): Promise<Witness> {
  const assigned: { epoch: number; partitions: readonly Assigned[] }[] = [];
  const revoked: { epoch: number; partitions: readonly TopicPartition[] }[] = [];
  const batches: { epoch: number; batch: Batch }[] = [];
  const failures: unknown[] = [];
  const breaches: string[] = [];
  const positions = new Map<string, number>();
  let epoch = 0;
  let open = false;

  const handlers: GroupHandlers = {
    async assigned(partitions, now) {
      if (open || now !== epoch + 1) breaches.push(`assigned(${now}) after epoch ${epoch}`);
      epoch = now;
      assigned.push({ epoch, partitions });
      for (const { kept, position, ...place } of partitions) {
        if (kept && position !== positions.get(nameOf(place)))
          breaches.push(`${nameOf(place)} did not go on`);
        positions.set(nameOf(place), position);
      }
      await onAssigned?.(partitions, now);
      open = true;
    },
    revoked(partitions, old) {
      if (old !== epoch) breaches.push(`revoked(${old}) in epoch ${epoch}`);
      open = false;
      revoked.push({ epoch: old, partitions });
      for (const place of partitions) positions.delete(nameOf(place));
    },
    async batch(batch, of) {
      const position = positions.get(nameOf(batch));
      if (!open || of !== epoch) breaches.push(`batch of epoch ${of} in epoch ${epoch}`);
      const first = batch.records[0]?.offset ?? position ?? 0;
      if (position === undefined || first < position) breaches.push(`${nameOf(batch)}@${first} came again`);
      positions.set(nameOf(batch), batch.next);
      batches.push({ epoch: of, batch });
      await onBatch?.(batch, of);
    },
    failed: (cause) => void failures.push(cause),
  };
  const group = await log.join({ sessionTimeoutMs: 6_000, fetchMaxBytes: 1_000_000, ...options }, handlers);

  const records = () =>
    batches.flatMap(({ batch }) => batch.records.map((record) => ({ place: nameOf(batch), record })));
  return {
    group,
    assigned,
    revoked,
    batches,
    failures,
    breaches,
    epoch: () => epoch,
    owned: () => (assigned.at(-1)?.partitions ?? []).map(nameOf),
    delivered: () => records().map(({ place, record }) => `${place}@${record.offset}`),
    values: () => records().map(({ record }) => textOf(record.value)),
  };
}
