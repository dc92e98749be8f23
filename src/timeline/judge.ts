// Decides what a successful write was: a new version, a change of metadata, a step towards deletion, or
// nothing. `metadata.generation` decides where both sides are known; resourceVersion tells repetitions;
// below that the bodies are compared.

import type { JsonObject } from '../model/json.ts';
import type { TrackedKind } from '../model/refs.ts';
import { sameBody, sameMetadata } from './body.ts';
import type { Sighting } from './sighting.ts';

/** The object as the last record left it. */
export interface Known {
  readonly uid: string;
  /** null when no record tells. */
  readonly generation: number | null;
  /** The generation was counted from requests, not read. */
  readonly counted: boolean;
  readonly revision: number | null;
  /** null when the body is not known. */
  readonly object: JsonObject | null;
  readonly terminating: boolean;
}

export interface Judgement {
  readonly outcome: 'version' | 'metadata' | 'terminating' | 'no-op';
  /** Writes of the body that must have happened in between without a record; null when nothing can tell. */
  readonly lost: number | null;
}

export function judge(kind: TrackedKind, known: Known, seen: Sighting): Judgement {
  if (seen.revision !== null && seen.revision === known.revision) return { outcome: 'no-op', lost: 0 };
  const terminates = seen.deleting && !known.terminating;
  if (seen.generation !== null && known.generation !== null && !known.counted) {
    const steps = seen.generation - known.generation;
    if (steps > 0 && !terminates && !seen.touchesBody) return { outcome: 'metadata', lost: steps };
    if (steps <= 0) return { outcome: terminates ? 'terminating' : 'metadata', lost: 0 };
    return { outcome: terminates ? 'terminating' : 'version', lost: steps - 1 };
  }
  return { outcome: terminates ? 'terminating' : byBody(kind, known, seen), lost: null };
}

function byBody(kind: TrackedKind, known: Known, seen: Sighting): 'version' | 'metadata' | 'no-op' {
  if (known.object === null || seen.object === null) return seen.touchesBody ? 'version' : 'metadata';
  if (!sameBody(kind, known.object, seen.object)) return 'version';
  return sameMetadata(known.object, seen.object) && seen.revision === null ? 'no-op' : 'metadata';
}
