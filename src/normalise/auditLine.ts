// Bytes of one line of an audit log → changes, and what became of every record in the line. The twin of
// flows.ts for the other feed: decode, unwrap, and let audit.ts say what each audit event means.

import type { ChangeEvent } from '../model/event.ts';
import { type IgnoreReason, type Outcome, type RejectReason, rejected } from '../model/outcome.ts';
import type { Micros } from '../model/time.ts';
import { decodeText } from '../sources/decode.ts';
import { type Unwrapped, unwrap } from '../sources/unwrap.ts';
import { normaliseAudit } from './audit.ts';
import { createCriLines } from './criLines.ts';

interface AuditWhere {
  /** '' when neither the setting nor the data name one. */
  readonly cluster: string;
  /** Which API server wrote it, where an envelope tells; ''. */
  readonly auditSource: string;
  /** null for what is no change. */
  readonly micros: Micros | null;
}

export type AuditRecord =
  | (AuditWhere & { readonly outcome: 'accepted'; readonly name: 'change' })
  | (AuditWhere & { readonly outcome: 'ignored'; readonly name: IgnoreReason })
  | (AuditWhere & { readonly outcome: 'rejected'; readonly name: RejectReason; readonly detail: string });

export interface AuditResult {
  /** In the order of the records. One record can give several: the items of a list. */
  readonly events: readonly ChangeEvent[];
  /** One for each record. Empty only for a part of a line whose rest is still to come. */
  readonly records: readonly AuditRecord[];
}

export interface AuditNormaliser {
  /** `source` and `line` (from 1) become the origin of the events. Never throws, whatever the bytes are. */
  (bytes: Uint8Array, source: string, line: number): AuditResult;
  /** To be called when a source ends: the parts of CRI lines whose rest never came, as rejected. */
  readonly finish: (source: string) => AuditResult;
}

export interface AuditLineOptions {
  /** The cluster of every record; '' = as the data say. */
  readonly cluster: string;
}

/** A part of a cut line: the record comes with the rest. */
const HELD: AuditResult = { events: [], records: [] };

export function createAuditNormaliser(options: AuditLineOptions): AuditNormaliser {
  const criLines = createCriLines();

  const fromItem = (item: Unwrapped, source: string, line: number, first: number): AuditResult => {
    const cluster = options.cluster || item.cluster;
    switch (item.feed) {
      case 'audit': {
        const outcomes = normaliseAudit(item.hit, { cluster, source, line, index: first }, options);
        const auditSource =
          item.hit.form === 'other' || item.hit.form === 'broken' ? '' : item.hit.auditSource;
        return recordOf(outcomes, options.cluster || item.cluster || item.hit.cluster, auditSource);
      }
      case 'flows':
      case 'monitor':
        return { events: [], records: [{ outcome: 'ignored', name: 'other-feed', ...nowhere(cluster) }] };
      case 'none':
        return recordOf([item.outcome], cluster, '');
    }
  };

  const normalise = (bytes: Uint8Array, source: string, line: number): AuditResult => {
    const text = decodeText(bytes);
    if (typeof text !== 'string') return recordOf([text], options.cluster, '');
    const whole = text.startsWith('{') ? text : criLines.add(source, text);
    if (whole === undefined) return HELD;
    if (typeof whole !== 'string') return recordOf([whole], options.cluster, '');
    const events: ChangeEvent[] = [];
    const records: AuditRecord[] = [];
    for (const item of unwrap(whole)) {
      const result = fromItem(item, source, line, events.length);
      events.push(...result.events);
      records.push(...result.records);
    }
    return { events, records };
  };

  const finish = (source: string): AuditResult => {
    const left = criLines.finish(source);
    return left.length === 0
      ? HELD
      : { events: [], records: left.flatMap((one) => recordOf([one], options.cluster, '').records) };
  };

  return Object.assign(normalise, { finish });
}

/** One record whatever the number of its outcomes: they are of one kind, or the record is rejected. */
function recordOf(
  outcomes: readonly Outcome<ChangeEvent>[],
  cluster: string,
  auditSource: string,
): AuditResult {
  const events = outcomes.flatMap((outcome) => (outcome.outcome === 'accepted' ? [outcome.value] : []));
  const [first] = events;
  if (first !== undefined) {
    const where = { cluster, auditSource, micros: first.observedAt };
    return { events, records: [{ outcome: 'accepted', name: 'change', ...where }] };
  }
  const outcome = outcomes[0] ?? rejected('unknown-shape', 'nothing in it');
  const where = { ...nowhere(cluster), auditSource };
  if (outcome.outcome === 'ignored')
    return { events, records: [{ outcome: 'ignored', name: outcome.reason, ...where }] };
  if (outcome.outcome === 'rejected')
    return {
      events,
      records: [{ outcome: 'rejected', name: outcome.reason, detail: outcome.detail, ...where }],
    };
  return { events, records: [] };
}

function nowhere(cluster: string): AuditWhere {
  return { cluster, auditSource: '', micros: null };
}
