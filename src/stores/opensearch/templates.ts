// The index templates, one for each table, made from the catalogue of fields: an index gets its mappings and
// settings in the moment in which the first document for it arrives. Nothing is sent from here.
import { TABLE_NAMES, type TableName, TABLES } from '../../documents/fields.ts';
import { entries } from '../../model/json.ts';
import { ALIASES } from './aliases.ts';
import { indexPattern } from './indexNames.ts';
import { type Mappings, mappingsOf } from './mapping.ts';
import type { OpenSearchSettings } from './settings.ts';

/** One more with each change of what the templates say, so that an older program does not undo a newer one's. */
export const TEMPLATE_VERSION = 1;

/** Above the default of 0, and the 100 that many give their catch-all templates. */
const PRIORITY = 200;

export interface IndexTemplate {
  /** `<prefix>verdicts`. */
  readonly name: string;
  readonly table: TableName;
  readonly body: {
    readonly index_patterns: readonly string[];
    readonly priority: number;
    readonly template: { readonly settings: Settings; readonly mappings: Mappings };
    readonly _meta: { readonly by: string; readonly version: number };
  };
}

type Settings = Readonly<Record<string, string | number | readonly string[]>>;

type TemplateSettings = Pick<OpenSearchSettings, 'indexPrefix' | 'shards' | 'replicas'>;

export function indexTemplates(settings: TemplateSettings): readonly IndexTemplate[] {
  return TABLE_NAMES.map((table) => ({
    name: `${settings.indexPrefix}${table}`,
    table,
    body: {
      index_patterns: [indexPattern(table, settings.indexPrefix)],
      priority: PRIORITY,
      template: {
        settings: indexSettings(table, settings),
        mappings: mappingsOf(TABLES[table], ALIASES[table]),
      },
      _meta: { by: 'netpol-drift', version: TEMPLATE_VERSION },
    },
  }));
}

function indexSettings(table: TableName, { shards, replicas }: TemplateSettings): Settings {
  const isDated = TABLES[table].some(({ name }) => name === '@timestamp');
  return {
    'index.number_of_shards': shards,
    ...(replicas === 'auto'
      ? { 'index.auto_expand_replicas': '0-1' }
      : { 'index.number_of_replicas': replicas }),
    'index.codec': 'best_compression',
    'index.refresh_interval': '10s',
    // Newest first is how they are read; and like documents lie together, which compresses better.
    ...(isDated ? { 'index.sort.field': ['@timestamp'], 'index.sort.order': ['desc'] } : {}),
  };
}

/**
 * What a stored template (or a part of one) says otherwise than it should, one line each:
 * `path: stored → wanted`. [] = as wanted.
 */
export function templateDifferences(stored: unknown, wanted: object): readonly string[] {
  const is = leavesOf(stored);
  const should = leavesOf(wanted);
  return [...new Set([...is.keys(), ...should.keys()])]
    .sort()
    .filter((path) => is.get(path) !== should.get(path) && !UNSAID.has(path))
    .map((path) => `${path}: ${is.get(path) ?? '(nothing)'} → ${should.get(path) ?? '(nothing)'}`);
}

/** OpenSearch adds it empty. */
const UNSAID: ReadonlySet<string> = new Set(['composed_of']);

/** By path; values as text, since OpenSearch gives settings back as text. */
function leavesOf(value: unknown, path = ''): ReadonlyMap<string, string> {
  if (typeof value !== 'object' || value === null) return new Map([[path, String(value)]]);
  if (Array.isArray(value)) return new Map([[path, value.map(String).join(', ')]]);
  return new Map(
    entries(value).flatMap(([key, item]) => [...leavesOf(item, path === '' ? key : `${path}.${key}`)]),
  );
}
