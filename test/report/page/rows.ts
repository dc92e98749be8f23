// Rows of the page made by hand.
import type { ChangeRow, FlowRow, PageData } from '../../../src/report/page/pageData.ts';

export const START_MS = Date.parse('2026-11-02T08:00:00Z');
const MINUTE_MS = 60_000;

/** `shop/web → shop/cart tcp 8080`, allowed, once in each of the first two slots. */
export function flow(fields: Partial<FlowRow> = {}): FlowRow {
  return {
    cluster: 'prod-eu1',
    talk: 'shop/web → shop/cart',
    service: 'tcp\u00a08080',
    direction: 'ingress',
    end: 'shop/cart',
    subject: 'shop',
    peer: 'shop',
    observed: 'forwarded',
    declared: 'allowed',
    reason: 'allow rule',
    drift: [],
    misfit: '',
    rules: [0],
    cause: '',
    still: '',
    undecidable: [],
    groups: 1,
    count: 2,
    firstMs: START_MS,
    lastMs: START_MS + MINUTE_MS,
    slots: [0, 1],
    counts: [1, 1],
    why: '',
    ...fields,
  };
}

export const DENIED = {
  observed: 'dropped',
  declared: 'denied',
  reason: 'default deny',
  rules: [1, 2],
} as const;

export function change(fields: Partial<ChangeRow> = {}): ChangeRow {
  return {
    id: 'c1',
    cluster: 'prod-eu1',
    atMs: START_MS,
    who: 'alice',
    kind: 'human',
    deed: 'patched',
    policy: 'NetworkPolicy/shop/cart',
    name: 'NP shop/cart',
    namespace: 'shop',
    outcome: 'version',
    took: true,
    result: '',
    remarks: [],
    diff: [],
    unsaid: 'spec unchanged',
    client: '',
    effects: [],
    ...fields,
  };
}

export function data(flows: readonly FlowRow[], changes: readonly ChangeRow[] = []): PageData {
  return {
    time: { startMs: START_MS, slotMs: 5 * MINUTE_MS, slots: 4 },
    day: '2026-11-02',
    manyClusters: false,
    rules: [
      {
        policy: 'NetworkPolicy/shop/cart',
        name: 'NP shop/cart',
        rule: 'ingress[0]',
        ref: 'NetworkPolicy/shop/cart#ingress[0]',
      },
      {
        policy: 'NetworkPolicy/shop/cart',
        name: 'NP shop/cart',
        rule: 'default deny',
        ref: 'NetworkPolicy/shop/cart',
      },
      {
        policy: 'NetworkPolicy/shop/all',
        name: 'NP shop/all',
        rule: 'default deny',
        ref: 'NetworkPolicy/shop/all',
      },
    ],
    flows,
    changes,
    moreChanges: 0,
    chart: {},
  };
}
