// The catalogue of fields → strict mappings: dotted names become nested properties, and what the catalogue does
// not name is refused. What a log can say may be anything, so no value of a field that the catalogue names may
// get its document refused:
//
//   keyword, keywords   longer texts than Lucene can index stay in the document, and are not found by a search
//   ip                  so do texts that are no address
//   object              kept, not looked into
import { type FieldType, type TableSpec } from '../../documents/fields.ts';

/** Of 4 bytes at most each: within the 32,766 bytes of a Lucene term. */
const MAX_INDEXED_CHARS = 8_191;

const TYPES: Readonly<Record<FieldType, Readonly<Record<string, string | number | boolean>>>> = {
  keyword: { type: 'keyword', ignore_above: MAX_INDEXED_CHARS },
  keywords: { type: 'keyword', ignore_above: MAX_INDEXED_CHARS },
  ip: { type: 'ip', ignore_malformed: true },
  long: { type: 'long' },
  double: { type: 'double' },
  boolean: { type: 'boolean' },
  date: { type: 'date' },
  dateNanos: { type: 'date_nanos' },
  object: { type: 'object', enabled: false },
};

export interface Mappings {
  readonly dynamic: 'strict';
  readonly properties: Properties;
}

interface Properties {
  readonly [name: string]: Property;
}

type Property = Readonly<Record<string, string | number | boolean>> | { readonly properties: Properties };

interface Branch {
  readonly branches: Map<string, Branch>;
  readonly leaves: Map<string, Property>;
}

/**
 * @param aliases second names of fields
 * @throws RangeError when a name is there twice, or is a field and holds fields at a time.
 */
export function mappingsOf(table: TableSpec, aliases: Readonly<Record<string, string>> = {}): Mappings {
  const root = emptyBranch();
  for (const { name, type } of table) plant(root, name, TYPES[type]);
  for (const [name, path] of Object.entries(aliases)) plant(root, name, { type: 'alias', path });
  return { dynamic: 'strict', properties: propertiesOf(root) };
}

function plant(root: Branch, name: string, property: Property): void {
  const path = name.split('.');
  const leaf = path.pop() ?? '';
  const branch = path.reduce((here, part) => into(here, part, name), root);
  if (branch.leaves.has(leaf) || branch.branches.has(leaf)) throw clash(name);
  branch.leaves.set(leaf, property);
}

function into(branch: Branch, part: string, name: string): Branch {
  if (branch.leaves.has(part)) throw clash(name);
  const known = branch.branches.get(part);
  if (known !== undefined) return known;
  const made = emptyBranch();
  branch.branches.set(part, made);
  return made;
}

function propertiesOf({ branches, leaves }: Branch): Properties {
  const nested = [...branches].map(([name, branch]) => [name, { properties: propertiesOf(branch) }] as const);
  return Object.fromEntries([...leaves, ...nested].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function emptyBranch(): Branch {
  return { branches: new Map(), leaves: new Map() };
}

function clash(name: string): RangeError {
  return new RangeError(`field ${name} is in the catalogue twice, or is the parent of another`);
}
