// The commands that messages bring: ready to be pasted where the alert is read, so they say which OpenSearch is asked.
// `why` asks the same OpenSearch, unless a setting says where it is to read: the logs say more. What comes out of the setting and the addresses is ours to quote; what comes out of documents is quoted in Painless.
import { OPENSEARCH_DEFAULTS, type OpenSearchSettings } from '../../stores/opensearch/settings.ts';

export type AskedStore = Pick<OpenSearchSettings, 'urls' | 'indexPrefix'>;

/** What a pasted command needs beside the question. */
export interface Commands {
  /** `netpol-drift`; with the setting before it that it cannot do without. */
  readonly program: string;
  /** ` --opensearch http://opensearch:9200` */
  readonly store: string;
  /** The options of `why` that say where it reads; '' = the same store. */
  readonly whyInput: string;
}

export function commandsFor({ urls, indexPrefix }: AskedStore, whyInput: string): Commands {
  const hasOwnNames = indexPrefix !== OPENSEARCH_DEFAULTS.indexPrefix;
  return {
    program: hasOwnNames ? `INDEX_PREFIX=${indexPrefix} netpol-drift` : 'netpol-drift',
    store: ` --opensearch ${shellWord(urls.join(','))}`,
    whyInput,
  };
}

/** A line of its own. @param options Mustache */
export function queryLine({ program, store }: Commands, query: string, options: string): string {
  return `\n    ${program} query ${query} ${options}${store}`;
}

/** A line of its own. @param question Mustache */
export function whyLine({ program, store, whyInput }: Commands, question: string): string {
  return whyInput === ''
    ? `\n    ${program} why ${question}${store}`
    : `\n    netpol-drift why ${question} ${whyInput}`;
}

/** One word for a shell, and nothing for Mustache. */
function shellWord(text: string): string {
  const harmless = text.replaceAll(/[\p{C}\s{}'"<>&]/gu, encodeURIComponent).replaceAll("'", '%27');
  return /^[\w./:,%-]+$/.test(harmless) ? harmless : `'${harmless}'`;
}
