// Finds etcd restores: the points at which a cluster's resourceVersions go back. From there on the same
// numbers name other writes, objects have fallen back to older states and deleted ones are back, so each
// restore starts a new epoch within which alone resourceVersions are compared.

import type { ChangeEvent } from '../model/event.ts';
import { refOf } from '../model/refs.ts';
import { MICROS_PER_SECOND, type Micros } from '../model/time.ts';
import { revisionOf } from './revision.ts';

/** More than API servers' clocks differ, less than a restore takes. */
const RESTORE_SKEW_MICROS = 10 * MICROS_PER_SECOND;

/** More restores than anybody makes: beyond them a log is taken for several clusters mixed together. */
const MAX_RESTORES = 100;

export interface Restore {
  /** Time of the first record that belongs to the new history. */
  readonly at: Micros;
  /** The lowest resourceVersion written in the new history: what was written below it has survived. */
  readonly firstRevision: number;
}

/** A record that shows the resourceVersion of a write at the time of that write. */
interface Mark {
  readonly at: Micros;
  readonly kind: string;
  readonly ref: string;
  readonly uid: string;
  readonly revision: number;
  /** A create or a list: its resourceVersion is the newest of its kind. Others may show an old one (no-ops). */
  readonly newest: boolean;
}

interface Seen {
  /** Highest revision by ref and by kind, among marks older than the allowed skew. */
  readonly highest: Map<string, number>;
  /** Who wrote a revision. */
  readonly owners: Map<string, string>;
}

/**
 * @param events the audit records of one cluster, sorted by time.
 * Signs of a restore, each across more than {@link RESTORE_SKEW_MICROS}: an object shows a lower
 * resourceVersion than before; a create or a list shows a lower one than an earlier write of that kind;
 * and, at any distance, one resourceVersion names writes of two objects of a kind. At most
 * {@link MAX_RESTORES} are found.
 */
export function findRestores(events: readonly ChangeEvent[]): readonly Restore[] {
  const marks = events.flatMap(markOf);
  const starts: number[] = [];
  let seen: Seen = { highest: new Map(), owners: new Map() };
  let settled = 0;
  marks.forEach((mark, index) => {
    for (; settled < index; settled += 1) {
      const old = marks[settled];
      if (old === undefined || old.at > mark.at - RESTORE_SKEW_MICROS) break;
      raise(seen.highest, old.ref, old.revision);
      raise(seen.highest, old.kind, old.revision);
    }
    if (starts.length < MAX_RESTORES && goesBack(seen, mark)) {
      starts.push(index);
      seen = { highest: new Map(), owners: new Map() };
      settled = index;
    }
    if (mark.uid !== '') seen.owners.set(`${mark.kind} ${mark.revision}`, mark.uid);
  });
  return starts.map((start, position) => ({
    at: marks[start]?.at ?? 0,
    firstRevision: lowest(marks.slice(start, starts[position + 1])),
  }));
}

function goesBack(seen: Seen, mark: Mark): boolean {
  if (mark.revision < (seen.highest.get(mark.ref) ?? 0)) return true;
  if (mark.newest && mark.revision < (seen.highest.get(mark.kind) ?? 0)) return true;
  const owner = seen.owners.get(`${mark.kind} ${mark.revision}`);
  return owner !== undefined && mark.uid !== '' && owner !== mark.uid;
}

function raise(highest: Map<string, number>, key: string, revision: number): void {
  if (revision > (highest.get(key) ?? 0)) highest.set(key, revision);
}

function lowest(marks: readonly Mark[]): number {
  return marks.reduce((least, mark) => Math.min(least, mark.revision), Number.MAX_SAFE_INTEGER);
}

function markOf(event: ChangeEvent): readonly Mark[] {
  const { body } = event;
  const revision = revisionOf(body.action === 'list' ? body.baseResourceVersion : body.resourceVersion);
  if (revision === null || body.result !== 'success' || body.changeOrigin !== 'audit') return [];
  const { kind } = body.target;
  const mark = { at: event.observedAt, kind, ref: refOf(body.target), uid: body.uid, revision };
  switch (body.action) {
    case 'list':
      // A list with a resourceVersion of its own choice may be answered from an older state.
      return body.requestUri.includes('resourceVersion=') ? [] : [{ ...mark, uid: '', newest: true }];
    case 'write':
      return [{ ...mark, newest: body.verb === 'create' || body.code === 201 }];
    case 'status':
    case 'terminate':
      return [{ ...mark, newest: false }];
    case 'delete':
    case 'collect':
    case 'observe':
    case 'received':
      return [];
  }
}
