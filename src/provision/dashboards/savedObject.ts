// What OpenSearch Dashboards keeps: an object with attributes, some of which are JSON inside a text, and references
// to other objects by name. Ids are ours and stay, so that an import replaces what the one before brought. Nothing here
// knows what is shown.
import { canonicalJson, type JsonObject, type JsonValue } from '../../model/json.ts';

export const OBJECT_TYPES = ['dashboard', 'index-pattern', 'search', 'visualization'] as const;
export type ObjectType = (typeof OBJECT_TYPES)[number];

/**
 * The newest migration of each type (OpenSearch-Dashboards: dashboard_migrations.ts, index_pattern_migrations.ts,
 * search_migrations.ts, visualization_migrations.ts, as of 3.6): all are older than OpenSearch Dashboards itself, so
 * that 2.x has them, too. A newer one would be refused; without one all older migrations would run over what is new.
 */
const MIGRATED: Readonly<Record<ObjectType, string>> = {
  dashboard: '7.9.3',
  'index-pattern': '7.6.0',
  search: '7.9.3',
  visualization: '7.10.0',
};

export interface Reference {
  /** By which the attributes speak of it. */
  readonly name: string;
  readonly type: ObjectType;
  readonly id: string;
}

export interface SavedObject {
  readonly type: ObjectType;
  readonly id: string;
  readonly attributes: JsonObject;
  readonly references: readonly Reference[];
}

/** What people read of an object. */
export interface Said {
  /** End of its id: lower case and dashes, for ever. */
  readonly slug: string;
  /** Of a panel: the question that it answers. */
  readonly title: string;
  readonly description: string;
}

/** Below the index prefix, so that two installations can share one Dashboards. */
export function idOf(prefix: string, slug: string): string {
  return `${prefix}${slug}`;
}

/** JSON that stands in a text, always the same for the same value. */
export function inText(value: JsonValue): string {
  return canonicalJson(value);
}

/** One object a line, keys sorted, lines by type and id: what the import takes, and what a diff can show. */
export function toNdjson(objects: readonly SavedObject[]): string {
  return [...objects]
    .sort((a, b) => order(a.type, b.type) || order(a.id, b.id))
    .map(({ type, id, attributes, references }) => {
      const migrationVersion = { [type]: MIGRATED[type] };
      const named = references.map(({ name, type, id }) => ({ name, type, id }));
      return `${canonicalJson({ type, id, attributes, references: named, migrationVersion })}\n`;
    })
    .join('');
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
