// Label and field selectors of a deletecollection, as they stand in its URI
// (k8s.io/apimachinery pkg/labels/selector.go; of field selectors only metadata.name and
// metadata.namespace exist for the kinds tracked here).

import type { JsonObject } from '../model/json.ts';
import { labelsOf } from './sighting.ts';

/** Longer selectors are not read. */
const MAX_REQUIREMENTS = 100;

/**
 * @param selector `labelSelector=…&fieldSelector=…`, decoded; '' selects everything.
 * @returns 'unknown' when the object's labels are not known, or the selector cannot be read.
 */
export function matchesSelector(
  selector: string,
  name: string,
  object: JsonObject | null,
): boolean | 'unknown' {
  const parameters = new Map(new URLSearchParams(selector));
  const answers = [
    ...requirements(parameters.get('labelSelector') ?? '').map((text) =>
      object === null ? 'unknown' : matchesLabel(text, labelsOf(object)),
    ),
    ...requirements(parameters.get('fieldSelector') ?? '').map((text) => matchesField(text, name)),
  ];
  if (answers.includes(false)) return false;
  return answers.includes('unknown') || answers.length > MAX_REQUIREMENTS ? 'unknown' : true;
}

/** Splits at commas outside of parentheses. */
function requirements(selector: string): readonly string[] {
  return selector
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function matchesLabel(text: string, labels: ReadonlyMap<string, string>): boolean | 'unknown' {
  const set = /^(\S+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(text);
  if (set !== null) {
    const values = (set[3] ?? '').split(',').map((value) => value.trim());
    const value = labels.get(set[1] ?? '');
    const isIn = value !== undefined && values.includes(value);
    return set[2] === 'in' ? isIn : !isIn;
  }
  const equality = /^([^\s=!]+)\s*(==|=|!=)\s*(\S*)$/.exec(text);
  if (equality !== null) {
    const isEqual = labels.get(equality[1] ?? '') === (equality[3] ?? '');
    return equality[2] === '!=' ? !isEqual : isEqual;
  }
  const existence = /^(!?)\s*([^\s=!<>]+)$/.exec(text);
  if (existence === null) return 'unknown';
  return labels.has(existence[2] ?? '') === (existence[1] === '');
}

function matchesField(text: string, name: string): boolean | 'unknown' {
  const equality = /^metadata\.name\s*(==|=|!=)\s*(\S*)$/.exec(text);
  if (equality === null) return 'unknown';
  return (equality[2] === name) === (equality[1] !== '!=');
}
