// Runs the pure pipeline (lines → events → timeline → join) over files of test/samples, for tests that look
// at what it concludes. No store, no command line.
import { readFileSync } from 'node:fs';
import { createJoiner, type Joiner } from '../../src/join/join.ts';
import { type Enriched, JOIN_DEFAULTS } from '../../src/join/enriched.ts';
import type { ChangeEvent, FlowEvent } from '../../src/model/event.ts';
import { at, isObject } from '../../src/model/json.ts';
import { createAuditNormaliser } from '../../src/normalise/auditLine.ts';
import { createFlowNormaliser } from '../../src/normalise/flows.ts';
import { snapshotEvents } from '../../src/normalise/snapshot.ts';
import type { TimelineReader } from '../../src/timeline/reader.ts';
import { createTimeline } from '../../src/timeline/writer.ts';

const encoder = new TextEncoder();

export const SAMPLES = new URL('../samples/', import.meta.url);

export function sampleLines(name: string): readonly string[] {
  return readFileSync(new URL(name, SAMPLES), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

/** An audit log as the timeline takes it: its changes, and the time that its records prove was logged. */
export interface AuditLog {
  readonly events: readonly ChangeEvent[];
  readonly covered: readonly number[];
}

export function auditLog(lines: readonly string[], source: string): AuditLog {
  const normalise = createAuditNormaliser({ cluster: '' });
  const results = lines.map((line, index) => normalise(encoder.encode(line), source, index + 1));
  return {
    events: results.flatMap(({ events }) => events),
    covered: results.flatMap(({ records }) => records.flatMap(({ micros }) => micros ?? [])),
  };
}

export function snapshotChanges(name: string): readonly ChangeEvent[] {
  const list: unknown = JSON.parse(readFileSync(new URL(name, SAMPLES), 'utf8'));
  const items = at(list, 'items');
  const objects = Array.isArray(items) ? items.filter(isObject) : [];
  return snapshotEvents(
    objects.map((object) => ({ object, source: name })),
    { cluster: '', complete: true },
  ).flatMap((outcome) => (outcome.outcome === 'accepted' ? [outcome.value] : []));
}

export function flowEvents(lines: readonly string[], source: string): readonly FlowEvent[] {
  const normalise = createFlowNormaliser({ cluster: '', dropEvents: 'ignore' });
  return lines.flatMap((line, index) =>
    normalise(encoder.encode(line), source, index + 1).events.filter(
      (event): event is FlowEvent => event.body.kind === 'FlowVerdict',
    ),
  );
}

export function timelineOf(
  cluster: string,
  snapshot: readonly ChangeEvent[],
  audit: AuditLog,
): TimelineReader {
  const timeline = createTimeline(cluster);
  for (const change of [...snapshot, ...audit.events]) timeline.add(change);
  for (const micros of audit.covered) timeline.cover(micros, micros);
  return timeline.reader;
}

export interface Joined {
  readonly timeline: TimelineReader;
  readonly joiner: Joiner;
  readonly verdicts: readonly Enriched[];
}

export function joinFlows(timeline: TimelineReader, flows: readonly FlowEvent[]): Joined {
  const joiner = createJoiner(timeline, JOIN_DEFAULTS);
  return { timeline, joiner, verdicts: flows.map((event) => joiner.join(event)) };
}
