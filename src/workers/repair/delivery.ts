// Writes documents, and sends those that will never be taken to the dead letters. Resolves when each document is
// acknowledged, superseded or a letter: then what they follow from may be committed.
import type { Document } from '../../documents/document.ts';
import type { RepairMetrics } from './parts.ts';
import type { Shift } from './shift.ts';

export async function deliver(
  { parts: { store, log, settings, metrics, letterOf }, permit, signal }: Shift,
  what: Parameters<RepairMetrics['written']>[0],
  documents: readonly Document[],
): Promise<void> {
  if (documents.length === 0) return;
  const { acknowledged, superseded, refused } = await store.write(documents, signal, permit);
  metrics.written(what, { acknowledged, superseded, refused: refused.length });
  if (refused.length === 0) return;
  const { deadLetters } = settings.policyLog.topics;
  await log.sender.send({ topic: deadLetters, partition: 0 }, refused.map(letterOf));
}
