// Bytes of one line of an audit log → changes, and what became of every record in the line. The twin of
// flows.ts for the other feed: decode, unwrap, and let audit.ts say what each audit event means.

import type { ChangeEvent } from '../model/event.ts';
import { field, text } from '../model/json.ts';
import { type IgnoreReason, ignored, type Outcome, type RejectReason, rejected } from '../model/outcome.ts';
import { type Micros, parseMicros } from '../model/time.ts';
import type { AuditHit } from '../sources/audit/hit.ts';
import { decodeText } from '../sources/decode.ts';
import { type Unwrapped, unwrap } from '../sources/unwrap.ts';
import { normaliseAudit } from './audit.ts';
import { createCriLines } from './criLines.ts';
import { type RecordSite, siteOfLine } from './recordSite.ts';

interface AuditWhere {
  /** '' when neither the setting nor the data name one. */
  readonly cluster: string;
  /** Which API server wrote it, where an envelope tells; ''. */
  readonly auditSource: string;
  /** Stage time of the audit event, whatever it is about: it proves that the log was being written. */
  readonly micros: Micros | null;
}

export type AuditRecord =
  /** `changes`: how many of the events are its own. */
  | (AuditWhere & { readonly outcome: 'accepted'; readonly name: 'change'; readonly changes: number })
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
  /** The same for a record that stands elsewhere than on a line of a file. The cluster is the site's, then. */
  readonly record: (bytes: Uint8Array, site: RecordSite) => AuditResult;
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

  const fromItem = (item: Unwrapped, site: RecordSite): AuditResult => {
    const carried = site.givenCluster || item.cluster;
    const cluster = carried || site.assumedCluster;
    switch (item.feed) {
      case 'audit': {
        const named = carried || item.hit.cluster || site.assumedCluster;
        return recordOf(
          normaliseAudit(item.hit, { ...site, cluster: named }, { cluster: site.givenCluster }),
          {
            cluster: named,
            auditSource: item.hit.auditSource,
            micros: stampOf(item.hit),
          },
        );
      }
      case 'flows':
      case 'monitor':
        return recordOf([ignored('other-feed')], nowhere(cluster));
      case 'none':
        break;
    }
    return recordOf([item.outcome], nowhere(cluster));
  };

  const record = (bytes: Uint8Array, site: RecordSite): AuditResult => {
    const outer = nowhere(site.givenCluster || site.assumedCluster);
    const decoded = decodeText(bytes);
    if (typeof decoded !== 'string') return recordOf([decoded], outer);
    const whole = decoded.startsWith('{') ? decoded : criLines.add(site.source, decoded);
    if (whole === undefined) return HELD;
    if (typeof whole !== 'string') return recordOf([whole], outer);
    const events: ChangeEvent[] = [];
    const records: AuditRecord[] = [];
    for (const item of unwrap(whole)) {
      const result = fromItem(item, { ...site, index: site.index + events.length });
      events.push(...result.events);
      records.push(...result.records);
    }
    return { events, records };
  };

  const normalise = (bytes: Uint8Array, source: string, line: number): AuditResult =>
    record(bytes, siteOfLine(source, line, options.cluster));

  const finish = (source: string): AuditResult => {
    const left = criLines.finish(source);
    return left.length === 0
      ? HELD
      : { events: [], records: left.flatMap((one) => recordOf([one], nowhere(options.cluster)).records) };
  };

  return Object.assign(normalise, { record, finish });
}

/** One record whatever the number of its outcomes: they are of one kind, or the record is rejected. */
function recordOf(outcomes: readonly Outcome<ChangeEvent>[], where: AuditWhere): AuditResult {
  const events = outcomes.flatMap((outcome) => (outcome.outcome === 'accepted' ? [outcome.value] : []));
  if (events.length > 0)
    return {
      events,
      records: [{ outcome: 'accepted', name: 'change', changes: events.length, ...where }],
    };
  const [first] = outcomes;
  if (first?.outcome === 'ignored')
    return { events, records: [{ outcome: 'ignored', name: first.reason, ...where }] };
  const { reason, detail } =
    first?.outcome === 'rejected' ? first : rejected('unknown-shape', 'nothing in it');
  return { events, records: [{ outcome: 'rejected', name: reason, detail, ...where }] };
}

function stampOf(hit: AuditHit): Micros | null {
  if (hit.form !== 'event' && hit.form !== 'cut') return null;
  const stamp = field(hit.event, 'stageTimestamp') ?? field(hit.event, 'timestamp');
  return parseMicros(text(stamp)) ?? null;
}

function nowhere(cluster: string): AuditWhere {
  return { cluster, auditSource: '', micros: null };
}
