// What `why` was asked, checked.
import { Fault } from '../../model/fault.ts';
import { parseQuestion, type WhyQuestion } from './question.ts';

export interface WhyOptions {
  readonly question: WhyQuestion;
  /** As given: `14:05`, `14:05:30` or RFC 3339; ''. */
  readonly at: string;
  readonly flows: readonly string[];
  readonly audit: readonly string[];
  readonly policies: readonly string[];
  /** With their Git history, for the commits behind changes. */
  readonly manifests: readonly string[];
  /** '' = not from a store file. */
  readonly store: string;
  /** Address of OpenSearch; '' = not from there. */
  readonly openSearch: string;
  /** '' = as the data say. */
  readonly cluster: string;
  readonly format: 'text' | 'json';
  readonly dropEvents: 'ignore' | 'count';
}

/** As commander gives them. */
export interface RawWhyOptions {
  readonly at?: string;
  readonly flows?: readonly string[];
  readonly audit?: readonly string[];
  readonly policies?: readonly string[];
  readonly manifests?: readonly string[];
  readonly store?: string;
  readonly opensearch?: string;
  readonly cluster?: string;
  readonly format?: string;
  readonly dropEvents?: string;
}

/** @throws Fault `usage` */
export function checkWhyOptions(ends: readonly [string, string, string], raw: RawWhyOptions): WhyOptions {
  const { flows = [], audit = [], policies = [], manifests = [], store = '', cluster = '', at = '' } = raw;
  const { opensearch: openSearch = '' } = raw;
  const { format = 'text', dropEvents = 'ignore' } = raw;
  const files = flows.length + audit.length + policies.length;
  if (store === '' && openSearch === '' && files === 0)
    throw new Fault(
      'usage',
      'nothing to ask: pass --store FILE, --opensearch URL, or --flows FILE… and --audit FILE…',
    );
  if (store !== '' && openSearch !== '')
    throw new Fault('usage', '--store and --opensearch: one of them is asked, not both');
  if (store !== '' && files > 0)
    throw new Fault('usage', '--store holds both logs already: pass it alone, or the files without it');
  if (openSearch !== '' && files > 0)
    throw new Fault('usage', '--opensearch holds both logs already: pass it alone, or the files without it');
  if (flows.includes('-') && audit.includes('-'))
    throw new Fault('usage', '--flows - and --audit -: standard input can be one of them');
  if (format !== 'text' && format !== 'json')
    throw new Fault('usage', `--format ${format}: unknown; one of text, json`);
  if (dropEvents !== 'ignore' && dropEvents !== 'count')
    throw new Fault('usage', `--drop-events ${dropEvents}: unknown; one of ignore, count`);
  const question = parseQuestion(...ends);
  return { question, at, flows, audit, policies, manifests, store, openSearch, cluster, format, dropEvents };
}
