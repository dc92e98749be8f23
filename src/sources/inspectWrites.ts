// What an audit log holds of writes: levels, cut bodies, requests without outcome, creations. Reads pass by
// here unseen.

import type { AuditInspection } from '../model/inspection.ts';
import { at, text } from '../model/json.ts';
import { isPolicyKind, type TrackedKind } from '../model/refs.ts';
import { MICROS_PER_MINUTE, type Micros } from '../model/time.ts';
import type { AuditEvent } from './audit/event.ts';

export interface Writes {
  /** An event of a tracked object. `cut`: its carrier cut it. */
  readonly add: (
    event: AuditEvent,
    kind: TrackedKind,
    sign: { readonly cut: boolean; readonly at: Micros },
  ) => void;
  /** @param until the last time that the log shows. */
  readonly read: (
    until: Micros,
  ) => Pick<AuditInspection, 'levels' | 'truncated' | 'received' | 'unanswered' | 'created'>;
}

const VERBS: readonly string[] = ['create', 'update', 'patch', 'delete', 'deletecollection'];
/** Beyond it, further requests are not followed any more. */
const MAX_REQUESTS = 100_000;

interface Request {
  /** null until its RequestReceived was seen: it may come after its answer. */
  receivedAt: Micros | null;
  answered: boolean;
}

export function createWrites(): Writes {
  const levels = new Map<TrackedKind, Map<string, number>>();
  const requests = new Map<string, Request>();
  const created = new Map<string, Micros>();
  let truncated = 0;

  function follow(event: AuditEvent, at: Micros): void {
    const { auditId, verb, requestUri, requestReceivedTimestamp } = event;
    const id = JSON.stringify([auditId, verb, requestUri, requestReceivedTimestamp]);
    const request = requests.get(id) ?? { receivedAt: null, answered: false };
    if (event.stage === 'RequestReceived') request.receivedAt = at;
    else request.answered = true;
    if (requests.size < MAX_REQUESTS) requests.set(id, request);
  }

  return {
    add(event, kind, { cut, at: stage }) {
      if (!VERBS.includes(event.verb)) return;
      if (cut || event.annotations.get('audit.k8s.io/truncated') === 'true') truncated += 1;
      if (isPolicyKind(kind)) follow(event, stage);
      if (event.stage !== 'ResponseComplete' || (event.status?.code ?? 0) >= 300) return;
      const ofKind = levels.get(kind) ?? new Map<string, number>();
      ofKind.set(event.level, (ofKind.get(event.level) ?? 0) + 1);
      levels.set(kind, ofKind);
      const uid = isPolicyKind(kind) ? uidOfCreated(event) : '';
      if (uid !== '' && !created.has(uid) && created.size < MAX_REQUESTS) created.set(uid, stage);
    },
    read(until) {
      const received = [...requests.values()].filter(({ receivedAt }) => receivedAt !== null);
      // Requests of the last minute may still be under way.
      const isOver = ({ receivedAt }: Request): boolean => (receivedAt ?? until) < until - MICROS_PER_MINUTE;
      const unanswered = received.filter((request) => !request.answered && isOver(request)).length;
      return { levels, truncated, received: received.length, unanswered, created };
    },
  };
}

/** A dry run creates nothing. */
function uidOfCreated(event: AuditEvent): string {
  const isReal = event.status?.code === 201 && !event.requestUri.includes('dryRun=');
  return isReal ? text(at(event.responseObject, 'metadata', 'uid')) : '';
}
