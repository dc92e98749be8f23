// Sample logs and snapshots as timelines: read through the real normaliser.
import { readFileSync } from 'node:fs';
import type { ChangeEvent } from '../../src/model/event.ts';
import { isObject, type JsonObject, type JsonValue } from '../../src/model/json.ts';
import type { Outcome } from '../../src/model/outcome.ts';
import { normaliseAudit } from '../../src/normalise/audit.ts';
import { snapshotEvents } from '../../src/normalise/snapshot.ts';
import { recogniseAudit } from '../../src/sources/audit/recognise.ts';
import { createTimeline, type Timeline } from '../../src/timeline/writer.ts';

const SAMPLES = new URL('../samples/', import.meta.url);

function sampleText(name: string): string {
  return readFileSync(new URL(name, SAMPLES), 'utf8');
}

export function jsonLines(name: string): readonly JsonObject[] {
  return sampleText(name)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => objectOf(JSON.parse(line)));
}

function objectOf(value: unknown): JsonObject {
  if (!isObject(value)) throw new Error('expected a JSON object');
  return value;
}

export function auditEvents(name: string): readonly ChangeEvent[] {
  return jsonLines(name).flatMap((line, index) =>
    (recogniseAudit(line) ?? []).flatMap((hit) =>
      changesIn(
        normaliseAudit(
          hit,
          { source: name, partition: 0, offset: index + 1, index: 0, cluster: '' },
          { cluster: 'c' },
        ),
      ),
    ),
  );
}

/** A complete snapshot in a file, and objects beside it. */
export function snapshotOf(name: string, more: readonly JsonObject[] = []): readonly ChangeEvent[] {
  const items: readonly JsonValue[] = itemsOf(name);
  const objects = [...items, ...more].map((item) => ({ object: objectOf(item), source: name }));
  return changesIn(snapshotEvents(objects, { cluster: 'c', complete: true }));
}

export function itemsOf(name: string): readonly JsonObject[] {
  const items = objectOf(JSON.parse(sampleText(name)))['items'];
  return Array.isArray(items) ? items.map(objectOf) : [];
}

export function timelineOf(events: Iterable<ChangeEvent>): Timeline {
  const timeline = createTimeline('c');
  for (const event of events) timeline.add(event);
  return timeline;
}

function changesIn(outcomes: readonly Outcome<ChangeEvent>[]): readonly ChangeEvent[] {
  return outcomes.flatMap((outcome) => (outcome.outcome === 'accepted' ? [outcome.value] : []));
}
