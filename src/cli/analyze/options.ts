// What `analyze` was asked to do, checked.
import { Fault } from '../../model/fault.ts';
import { FLOW_DRIFT, POLICY_DRIFT, type Drift } from '../../model/verdict.ts';

export interface AnalyzeOptions {
  readonly flows: readonly string[];
  readonly audit: readonly string[];
  readonly policies: readonly string[];
  readonly manifests: readonly string[];
  /** '' = as the data say. */
  readonly cluster: string;
  /** '' = not kept. */
  readonly store: string;
  readonly documents: string;
  readonly rejects: string;
  readonly report: string;
  /** In the report people and outside addresses have stand-ins. */
  readonly redact: boolean;
  readonly format: 'text' | 'json';
  readonly failOn: readonly Drift[];
  readonly dropEvents: 'ignore' | 'count';
  readonly debug: boolean;
}

/** As commander gives them. */
export interface RawAnalyzeOptions {
  readonly flows?: readonly string[];
  readonly audit?: readonly string[];
  readonly policies?: readonly string[];
  readonly manifests?: readonly string[];
  readonly cluster?: string;
  readonly store?: string;
  readonly documents?: string;
  readonly rejects?: string;
  readonly report?: string;
  readonly redact?: boolean;
  readonly format?: string;
  readonly failOn?: string;
  readonly dropEvents?: string;
  readonly debug?: boolean;
}

/** @throws Fault `usage` */
export function checkOptions(raw: RawAnalyzeOptions): AnalyzeOptions {
  const flows = raw.flows ?? [];
  const audit = raw.audit ?? [];
  if (flows.length === 0 && audit.length === 0)
    throw new Fault('usage', 'nothing to read: pass --flows FILE… and, if you have it, --audit FILE…');
  if (raw.redact === true && (raw.report ?? '') === '')
    throw new Fault('usage', '--redact: only a report is redacted; pass --report FILE, too');
  return {
    flows,
    audit,
    policies: raw.policies ?? [],
    manifests: raw.manifests ?? [],
    cluster: raw.cluster ?? '',
    store: raw.store ?? '',
    documents: raw.documents ?? '',
    rejects: raw.rejects ?? '',
    report: raw.report ?? '',
    redact: raw.redact ?? false,
    format: oneOf('--format', raw.format ?? 'text', ['text', 'json'] as const),
    failOn: drifts(raw.failOn ?? ''),
    dropEvents: oneOf('--drop-events', raw.dropEvents ?? 'ignore', ['ignore', 'count'] as const),
    debug: raw.debug ?? false,
  };
}

function oneOf<T extends string>(option: string, value: string, words: readonly T[]): T {
  const found = words.find((word) => word === value);
  if (found === undefined)
    throw new Fault('usage', `${option} ${value}: unknown; one of ${words.join(', ')}`);
  return found;
}

function drifts(text: string): readonly Drift[] {
  const known = [...FLOW_DRIFT, ...POLICY_DRIFT];
  const words = text.split(',').map((word) => word.trim());
  if (words.includes('any')) return known;
  return words.filter((word) => word !== '').map((word) => oneOf('--fail-on', word, known));
}
