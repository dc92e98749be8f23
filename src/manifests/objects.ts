// From parsed documents to Kubernetes objects: Lists are opened, and what is no JSON, nested too deeply, or no
// object is told apart. Values are checked, never copied or changed, but for what items inherit from their List.
import { field, isObject, text, type JsonObject } from '../model/json.ts';
import type { LoadedObject, LoadProblem } from './document.ts';

const MAX_DEPTH = 100;
const MAX_LISTS = 4;

export interface Sorted {
  readonly objects: LoadedObject[];
  readonly problems: LoadProblem[];
  /** Documents without apiVersion and kind. */
  readonly strays: LoadProblem[];
}

interface Document {
  readonly value: unknown;
  readonly source: string;
}

/** Items of a List inherit its apiVersion and, of a typed one (`NetworkPolicyList`), its kind when they lack them. */
export function flatten(document: Document, into: Sorted): void {
  const fault = faultOf(document.value, 0);
  if (fault === '') open(document, into, 0);
  else into.problems.push({ source: document.source, message: fault });
}

function open({ value, source }: Document, into: Sorted, lists: number): void {
  if (lists > MAX_LISTS) {
    into.problems.push({ source, message: `lists in lists beyond ${MAX_LISTS} levels` });
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries())
      open({ value: item, source: `${source} items[${index}]` }, into, lists + 1);
  } else if (!isObject(value)) {
    into.strays.push({ source, message: 'is no Kubernetes object' });
  } else if (isList(value)) {
    const items = field(value, 'items') ?? [];
    open({ value: inherited(value, items), source }, into, lists);
  } else if (text(field(value, 'apiVersion')) === '' || text(field(value, 'kind')) === '') {
    into.strays.push({ source, message: 'is no Kubernetes object: apiVersion or kind is missing' });
  } else {
    into.objects.push({ object: value, source });
  }
}

function isList(value: JsonObject): boolean {
  const items = field(value, 'items');
  return text(field(value, 'kind')).endsWith('List') && (Array.isArray(items) || items === null);
}

function inherited(list: JsonObject, items: unknown): readonly unknown[] {
  const kind = text(field(list, 'kind')).slice(0, -'List'.length);
  const apiVersion = text(field(list, 'apiVersion'));
  const given: JsonObject = kind === '' ? {} : { apiVersion, kind };
  return Array.isArray(items)
    ? items.map((item: unknown) => (isObject(item) ? { ...given, ...item } : item))
    : [];
}

/** @returns what makes a value unfit as JSON, '' when nothing does. Cycles of YAML anchors end at the depth limit. */
function faultOf(value: unknown, depth: number): string {
  if (depth > MAX_DEPTH) return `nested deeper than ${MAX_DEPTH} levels`;
  if (Array.isArray(value) || isObject(value)) {
    for (const item of Object.values(value)) {
      const fault = faultOf(item, depth + 1);
      if (fault !== '') return fault;
    }
    return '';
  }
  const plain = value === null || typeof value === 'string' || typeof value === 'boolean';
  return plain || Number.isFinite(value) ? '' : 'holds a value that JSON does not have';
}
