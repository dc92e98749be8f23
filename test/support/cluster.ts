// Runs the pure pipeline (lines → events → timeline → join) over files of test/samples, for tests that look
// at what it concludes. No store, no command line.
import { readFileSync } from 'node:fs';
import { createJoiner, type Joiner } from '../../src/join/join.ts';
import { type Enriched, JOIN_DEFAULTS } from '../../src/join/enriched.ts';
import type { ChangeEvent, FlowEvent } from '../../src/model/event.ts';
import { at, type JsonObject } from '../../src/model/json.ts';
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

export function changeEvents(lines: readonly string[], source: string): readonly ChangeEvent[] {
  const normalise = createAuditNormaliser({ cluster: '' });
  return lines.flatMap((line, index) => normalise(encoder.encode(line), source, index + 1).events);
}

export function snapshotChanges(name: string): readonly ChangeEvent[] {
  const list = JSON.parse(readFileSync(new URL(name, SAMPLES), 'utf8')) as JsonObject;
  const items = (at(list, 'items') ?? []) as readonly JsonObject[];
  return snapshotEvents(
    items.map((object) => ({ object, source: name })),
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

export function timelineOf(cluster: string, changes: readonly ChangeEvent[]): TimelineReader {
  const timeline = createTimeline(cluster);
  for (const change of changes) timeline.add(change);
  return timeline.reader;
}

export interface JoinedCluster {
  readonly timeline: TimelineReader;
  readonly joiner: Joiner;
  readonly verdicts: readonly Enriched[];
}

export function joinCluster(
  cluster: string,
  changes: readonly ChangeEvent[],
  flows: readonly FlowEvent[],
): JoinedCluster {
  const timeline = timelineOf(cluster, changes);
  const joiner = createJoiner(timeline, JOIN_DEFAULTS);
  return { timeline, joiner, verdicts: flows.map((event) => joiner.join(event)) };
}
