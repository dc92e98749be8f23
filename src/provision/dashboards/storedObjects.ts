// Whether Dashboards holds our objects as they should be. It adds to what it keeps, and looks up the fields of an index
// pattern anew when somebody opens it: what it has beyond ours is no difference. Pure.
import { canonicalJson, field, isObject, text } from '../../model/json.ts';
import type { SavedObject } from './savedObject.ts';

export type Standing = 'same' | 'missing' | 'other';

/** @param stored an entry of what `_bulk_get` answers */
export function standingOf(wanted: SavedObject, stored: unknown): Standing {
  if (stored === undefined || field(stored, 'error') !== undefined) return 'missing';
  const attributes = field(stored, 'attributes');
  const isSame = Object.entries(wanted.attributes).every(([name, value]) =>
    isHeld(wanted, name, value, field(attributes, name)),
  );
  return isSame && sameReferences(wanted, field(stored, 'references')) ? 'same' : 'other';
}

function isHeld({ type }: SavedObject, name: string, wanted: unknown, stored: unknown): boolean {
  if (type !== 'index-pattern' || (name !== 'fields' && name !== 'fieldFormatMap'))
    return isWithin(wanted, stored);
  const [ours, theirs] = [parsed(wanted), parsed(stored)];
  if (name === 'fieldFormatMap') return isWithin(ours, theirs);
  const names = new Set(list(theirs).map((one) => text(field(one, 'name'))));
  return list(ours).every((one) => names.has(text(field(one, 'name'))));
}

function sameReferences({ references }: SavedObject, stored: unknown): boolean {
  const lines = (all: readonly unknown[]): string =>
    all
      .map((one) => ['name', 'type', 'id'].map((key) => text(field(one, key))).join(' '))
      .sort()
      .join('\n');
  return lines(references) === lines(list(stored));
}

/** Of objects: what they hold, whatever else is there. */
function isWithin(wanted: unknown, stored: unknown): boolean {
  if (isObject(wanted)) return Object.keys(wanted).every((key) => isWithin(wanted[key], field(stored, key)));
  return plain(wanted) === plain(stored);
}

function plain(value: unknown): string {
  return canonicalJson(JSON.parse(JSON.stringify(value ?? null)));
}

function parsed(value: unknown): unknown {
  try {
    return JSON.parse(text(value));
  } catch {
    return null;
  }
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
