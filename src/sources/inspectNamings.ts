// When each node first named each policy in a verdict. None can know a policy before it was created, so a
// naming that is earlier tells of a clock that is behind.

import type { ClockInspection, EarlyNaming } from '../model/inspection.ts';
import { field, texts } from '../model/json.ts';
import { labelValue } from '../model/labels.ts';
import { MICROS_PER_MS, type Micros } from '../model/time.ts';

export interface Namings {
  readonly add: (flow: unknown, node: string, at: Micros) => void;
  /** @param created creation times by uid, by the API server's clock; cut to seconds does no harm. */
  readonly read: (created: ReadonlyMap<string, Micros>) => Pick<ClockInspection, 'namings' | 'early'>;
}

/** Pairs of node and policy; more are not noted. */
const MAX_NAMINGS = 50_000;

const LISTS = ['ingress_allowed_by', 'egress_allowed_by', 'ingress_denied_by', 'egress_denied_by'];
const UID_KEY = 'io.cilium.k8s.policy.uid';

interface First {
  readonly node: string;
  readonly uid: string;
  at: Micros;
}

export function createNamings(): Namings {
  const first = new Map<string, First>();
  return {
    add(flow, node, at) {
      for (const uid of uidsOf(flow)) {
        const key = JSON.stringify([node, uid]);
        const known = first.get(key);
        if (known !== undefined) known.at = Math.min(known.at, at);
        else if (first.size < MAX_NAMINGS) first.set(key, { node, uid, at });
      }
    },
    read(created) {
      const known = [...first.values()].flatMap(({ node, uid, at }) => {
        const born = created.get(uid);
        return born === undefined ? [] : [{ node, byMs: (born - at) / MICROS_PER_MS }];
      });
      return { namings: known.length, early: earliestOfEach(known) };
    },
  };
}

function uidsOf(flow: unknown): readonly string[] {
  const lists: readonly unknown[] = LISTS.map((key) => field(flow, key));
  const policies = lists.flatMap((list): readonly unknown[] => (Array.isArray(list) ? list : []));
  return policies
    .map((policy) => labelValue(texts(field(policy, 'labels')), 'k8s', UID_KEY) ?? '')
    .filter((uid) => uid !== '');
}

function earliestOfEach(namings: readonly EarlyNaming[]): readonly EarlyNaming[] {
  const byNode = new Map<string, EarlyNaming>();
  for (const naming of namings) {
    if (naming.byMs > (byNode.get(naming.node)?.byMs ?? 0)) byNode.set(naming.node, naming);
  }
  return [...byNode.values()].sort((a, b) => (a.node < b.node ? -1 : 1));
}
