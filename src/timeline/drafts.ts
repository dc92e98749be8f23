// Records and versions while a history is being written: the reader's shapes with the fields still open
// that only later steps settle (the end of a version, the uid of an incarnation, a body found afterwards).

import type { ChangeEvent } from '../model/event.ts';
import type { JsonObject } from '../model/json.ts';
import type { PolicyRef, TrackedKind } from '../model/refs.ts';
import { FOREVER, type Micros } from '../model/time.ts';
import type { Confidence } from '../model/verdict.ts';
import type { ChangeOutcome, ChangeRecord } from './reader.ts';
import type { Known } from './judge.ts';
import { changeId } from './changeId.ts';
import type { ClusterFacts } from './facts.ts';

export type RecordDraft = { -readonly [K in keyof ChangeRecord]: ChangeRecord[K] };

export interface VersionDraft {
  uid: string;
  generation: number | null;
  readonly from: Micros;
  until: Micros;
  readonly provenFrom: Micros;
  object: JsonObject | null;
  confidence: Confidence;
  readonly change: RecordDraft | null;
  /** The record whose `until` is the end of this version: `change`, or what a snapshot showed. */
  readonly record: RecordDraft | null;
  end: RecordDraft | null;
}

/** A request whose outcome no record tells, or a write whose record does not show what it wrote. */
export interface Pending {
  readonly event: ChangeEvent;
  readonly at: Micros;
}

/** The object as it was once a resourceVersion was written; what a restore falls back to. */
export interface Past {
  readonly revision: number | null;
  readonly at: Micros;
  readonly life: Life;
  readonly known: Known;
}

/** `unseen`: nothing is known of the object so far. */
export type Life = 'unseen' | 'alive' | 'gone';

/** The state of a walk along the steps of one object. Mutable, and never leaves the building of a history. */
export interface Walk {
  readonly facts: ClusterFacts;
  readonly kind: TrackedKind;
  readonly namespace: string;
  readonly name: string;
  readonly ref: PolicyRef;
  epoch: number;
  life: Life;
  known: Known;
  /** Last time at which the object was known to be in its present state (or gone). */
  seenAt: Micros;
  /** The incarnation was only ever shown by lists or snapshots. */
  onlyShown: boolean;
  open: VersionDraft | null;
  pending: readonly Pending[];
  readonly versions: VersionDraft[];
  readonly records: RecordDraft[];
  readonly past: Past[];
  /** The answer depends on where the audit log or the clock ends, so it may change with any new record. */
  unsettled: boolean;
}

export const NOTHING: Known = {
  uid: '',
  generation: null,
  counted: false,
  revision: null,
  object: null,
  terminating: false,
};

interface RecordParts {
  readonly outcome: ChangeOutcome;
  readonly at: Micros;
  readonly event: ChangeEvent | null;
  readonly confidence: Confidence;
  readonly after: JsonObject | null;
  readonly uid?: string;
  readonly generation?: number | null;
}

/** Writes a record; what the event does not tell is taken from what is known. */
export function addRecord(walk: Walk, parts: RecordParts): RecordDraft {
  const { outcome, at, event, confidence, after } = parts;
  const resourceVersion = event === null ? String(walk.known.revision ?? '') : event.body.resourceVersion;
  const uid = parts.uid ?? walk.known.uid;
  const draft: RecordDraft = {
    id: changeId({
      cluster: walk.facts.cluster,
      ref: walk.ref,
      uid: event === null ? uid : event.body.uid,
      outcome,
      resourceVersion,
      restoreEpoch: walk.epoch,
      event,
    }),
    outcome,
    ref: walk.ref,
    kind: walk.kind,
    namespace: walk.namespace,
    name: walk.name,
    uid,
    generation: parts.generation === undefined ? walk.known.generation : parts.generation,
    resourceVersion,
    at,
    until: at,
    confidence,
    event,
    before: walk.known.object,
    after,
    restoreEpoch: walk.epoch,
  };
  walk.records.push(draft);
  return draft;
}

interface VersionParts {
  readonly from: Micros;
  readonly provenFrom?: Micros;
  readonly generation: number | null;
  readonly object: JsonObject | null;
  readonly confidence: Confidence;
  readonly change: RecordDraft | null;
  /** What a snapshot showed of a version that it did not begin. */
  readonly shownBy?: RecordDraft;
}

/** Begins a version and ends the one before. It never begins before that one. */
export function openVersion(walk: Walk, parts: VersionParts): void {
  const from = Math.max(parts.from, walk.open?.from ?? walk.versions.at(-1)?.until ?? 0);
  closeVersion(walk, from, parts.change);
  const { change } = parts;
  const record = parts.shownBy ?? (change?.outcome === 'version' ? change : null);
  if (record !== null) record.until = FOREVER;
  walk.open = {
    uid: walk.known.uid,
    generation: parts.generation,
    from,
    until: FOREVER,
    provenFrom: Math.max(from, parts.provenFrom ?? from),
    object: parts.object,
    confidence: parts.object === null ? 'metadata' : parts.confidence,
    change,
    record,
    end: null,
  };
  walk.versions.push(walk.open);
}

export function closeVersion(walk: Walk, until: Micros, end: RecordDraft | null): void {
  const { open } = walk;
  if (open === null) return;
  open.until = Math.max(open.from, until);
  open.end = end;
  if (open.record !== null) open.record.until = Math.max(open.record.at, open.until);
  walk.open = null;
}

/** A write that the log lost: from its earliest possible time on the body is unknown. */
export function addGap(
  walk: Walk,
  at: Micros,
  event: ChangeEvent | null,
  generation: number | null = null,
): RecordDraft {
  const from = Math.max(at, walk.open?.from ?? 0);
  const confidence = 'metadata';
  const gap = addRecord(walk, { outcome: 'gap', at: from, event, confidence, after: null, generation });
  openVersion(walk, { from, generation, object: null, confidence, change: gap });
  return gap;
}
