// What decisions depend on beside policies, as values over time: labels of Namespaces, CIDR groups, and the
// keys of cilium-config that decisions read. Each follows from the history of its object.

import { at, entries, field, text, texts } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import { labelSet, type LabelSet } from '../model/labels.ts';
import { FOREVER } from '../model/time.ts';
import type { History } from './history.ts';
import type { CidrGroup, CiliumConfig, Held } from './reader.ts';

/** A Namespace's own labels as `k8s:key=value`. */
export function namespaceLabelsOver(history: History): readonly Held<LabelSet>[] {
  return heldOver(history, labelsOf);
}

export function cidrGroupOver(history: History): readonly Held<CidrGroup>[] {
  return heldOver(history, (object) => ({
    name: history.name.name,
    labels: labelsOf(object),
    cidrs: texts(at(object, 'spec', 'externalCIDRs')),
  }));
}

export function configOver(history: History): readonly Held<CiliumConfig>[] {
  return heldOver(history, (object) => {
    const data = field(object, 'data');
    const match = text(field(data, 'policy-cidr-match-mode'));
    const enforcement = text(field(data, 'enable-policy')).toLowerCase();
    return {
      policyAuditMode: truth(text(field(data, 'policy-audit-mode'))),
      enablePolicy:
        enforcement === 'default' || enforcement === 'always' || enforcement === 'never'
          ? enforcement
          : undefined,
      policyCidrMatchMode:
        field(data, 'policy-cidr-match-mode') === undefined
          ? undefined
          : match.split(/[\s,]+/).filter((mode) => mode === 'nodes' || mode === 'pods'),
      policyDefaultLocalCluster: truth(text(field(data, 'policy-default-local-cluster'))),
    };
  });
}

function truth(value: string): boolean | undefined {
  return value === 'true' ? true : value === 'false' ? false : undefined;
}

function labelsOf(object: JsonObject): LabelSet {
  return labelSet(
    entries(at(object, 'metadata', 'labels')).map(([key, value]) => `k8s:${key}=${text(value)}`),
  );
}

/**
 * Versions, cut where a metadata write altered what is read, as values. After the delete the value is null;
 * before the first version nothing is held.
 */
function heldOver<T>(history: History, read: (object: JsonObject) => T): readonly Held<T>[] {
  const held: Held<T>[] = [];
  for (const { from, until, object, change } of history.versions) {
    const cuts = history.records.filter(
      ({ outcome, after, at: time }) =>
        (outcome === 'metadata' || outcome === 'terminating') &&
        after !== null &&
        time > from &&
        time < until,
    );
    const starts = [
      { at: from, object, change },
      ...cuts.map((cut) => ({ at: cut.at, object: cut.after, change: cut })),
    ];
    starts.forEach((start, index) => {
      const value = start.object === null ? null : read(start.object);
      append(held, { from: start.at, until: starts[index + 1]?.at ?? until, value, change: start.change });
    });
  }
  if (history.deletedAt !== null) {
    const from = Math.max(history.deletedAt, held.at(-1)?.until ?? 0);
    append(held, { from, until: FOREVER, value: null, change: history.versions.at(-1)?.end ?? null });
  }
  return held;
}

/** What holds for no time is left out; what says the same as the value before lengthens that. */
function append<T>(held: Held<T>[], next: Held<T>): void {
  const last = held.at(-1);
  if (next.until <= next.from) return;
  if (
    last?.until === next.from &&
    last.value !== null &&
    JSON.stringify(last.value) === JSON.stringify(next.value)
  )
    held[held.length - 1] = { ...last, until: next.until };
  else held.push(next);
}
