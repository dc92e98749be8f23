// What decisions depend on beside policies: namespace labels, CIDR groups, configuration, what Cilium says of a
// policy, and which stretch of time is known completely.
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { isPolicyKind, type TrackedKind } from '../../src/model/refs.ts';
import { FOREVER, MICROS_PER_MINUTE, MICROS_PER_SECOND } from '../../src/model/time.ts';
import { event, START } from './cluster.ts';
import { auditEvents, snapshotOf, timelineOf } from './samples.ts';

const events = [
  ...snapshotOf('audit-real/snapshot-start.json'),
  ...auditEvents('audit-real/requestresponse.jsonl'),
];
const { reader } = timelineOf(events);

function written(
  second: number,
  kind: TrackedKind,
  name: string,
  object: JsonObject,
): ReturnType<typeof event> {
  const namespace = kind === 'ConfigMap' ? 'kube-system' : '';
  return event(second, START + second * MICROS_PER_SECOND, {
    action: 'write',
    target: { kind, namespace, name },
    verb: second === 1 ? 'create' : 'patch',
    uid: `${kind}-1`,
    resourceVersion: String(100 + second),
    generation: kind === 'CiliumCIDRGroup' ? second : null,
    objectForm: 'stored',
    object: { kind, ...object },
  });
}

describe('labels of a namespace', () => {
  it('change with the writes that alter them, and only then', () => {
    const held = timelineOf([
      written(1, 'Namespace', 'shop', { metadata: { labels: { team: 'a' } } }),
      written(2, 'Namespace', 'shop', { metadata: { labels: { team: 'a' }, annotations: { note: 'x' } } }),
      written(3, 'Namespace', 'shop', { metadata: { labels: { team: 'b' } } }),
    ]).reader.namespaceLabels('shop');
    expect(held.map(({ from, value }) => [(from - START) / MICROS_PER_SECOND, value])).toEqual([
      [1, ['k8s:team=a']],
      [3, ['k8s:team=b']],
    ]);
    expect(held.at(-1)?.until).toBe(FOREVER);
    expect(held.at(-1)?.change?.outcome).toBe('version');
  });

  it('are unknown before the first write that shows them', () => {
    const [before, after] = reader.namespaceLabels('payments');
    expect(before?.value).toBeNull();
    expect(after?.value).toContain('k8s:kubernetes.io/metadata.name=payments');
    expect(reader.namespaceLabels('never-seen')).toEqual([]);
  });
});

describe('a CIDR group', () => {
  it('holds its addresses and labels over time', () => {
    const groups = timelineOf([
      written(1, 'CiliumCIDRGroup', 'office', { metadata: {}, spec: { externalCIDRs: ['192.0.2.0/24'] } }),
      written(2, 'CiliumCIDRGroup', 'office', {
        metadata: { labels: { a: 'b' } },
        spec: { externalCIDRs: ['198.51.100.0/24'] },
      }),
    ]).reader;
    expect(groups.cidrGroupNames()).toEqual(['office']);
    expect(groups.cidrGroup('office').map(({ value }) => value)).toEqual([
      { name: 'office', labels: [], cidrs: ['192.0.2.0/24'] },
      { name: 'office', labels: ['k8s:a=b'], cidrs: ['198.51.100.0/24'] },
    ]);
  });
});

describe('the configuration of Cilium', () => {
  it('is read key by key; what the ConfigMap does not say is not known', () => {
    const config = timelineOf([
      written(1, 'ConfigMap', 'cilium-config', { data: { 'policy-audit-mode': 'true' } }),
      written(2, 'ConfigMap', 'cilium-config', {
        data: { 'policy-audit-mode': 'false', 'enable-policy': 'always', 'policy-cidr-match-mode': 'nodes' },
      }),
    ]).reader.config();
    expect(config.map(({ value }) => value)).toEqual([
      { policyAuditMode: true },
      { policyAuditMode: false, enablePolicy: 'always', policyCidrMatchMode: ['nodes'] },
    ]);
  });
});

describe('what Cilium says of a policy', () => {
  const base = {
    kind: 'CiliumNetworkPolicy',
    metadata: { uid: 'p', generation: 1 },
    spec: { endpointSelector: {} },
  };
  const target = { kind: 'CiliumNetworkPolicy', namespace: 'shop', name: 'p' } as const;

  function status(second: number, value: string): ReturnType<typeof event> {
    const conditions = [{ type: 'Valid', status: value, message: `said at ${second}` }];
    return event(second, START + second * MICROS_PER_SECOND, {
      action: 'status',
      target,
      uid: 'p',
      generation: 1,
      resourceVersion: String(100 + second),
      objectForm: 'partial',
      object: { ...base, status: { conditions } },
    });
  }

  const made = event(1, START + MICROS_PER_SECOND, {
    target,
    verb: 'create',
    uid: 'p',
    generation: 1,
    resourceVersion: '101',
    objectForm: 'stored',
    object: base,
  });

  it('is the newest condition that it wrote, in whatever order the records come', () => {
    const [state] = timelineOf([status(3, 'False'), made, status(2, 'True')]).reader.policies();
    expect(state?.valid).toEqual({
      value: false,
      message: 'said at 3',
      since: START + 3 * MICROS_PER_SECOND,
    });
  });

  it('is not told while it has written none, and no more once the policy is deleted', () => {
    expect(timelineOf([made]).reader.policies()[0]?.valid).toBeNull();
    const gone = event(4, START + 4 * MICROS_PER_SECOND, {
      target,
      action: 'delete',
      verb: 'delete',
      uid: 'p',
    });
    const [state] = timelineOf([made, status(2, 'True'), gone]).reader.policies();
    expect(state?.valid).toBeNull();
    expect(state?.deletedAt).toBe(START + 4 * MICROS_PER_SECOND);
  });

  it('is a change of its own kind, never a version', () => {
    const changes = timelineOf([made, status(2, 'False')]).reader.changes();
    expect(changes.map(({ outcome }) => outcome)).toEqual(['version', 'status']);
  });
});

describe('completeness', () => {
  it('needs a snapshot and an audit log', () => {
    const log = auditEvents('audit-real/truncated.jsonl');
    const seed = snapshotOf('audit-real/snapshot-start.json');
    const from = timelineOf(log).reader.auditRange()?.from ?? 0;
    expect(timelineOf(log).reader.completeAround(from)).toBeNull();
    expect(timelineOf(seed).reader.completeAround(from)).toBeNull();
    expect(timelineOf([...seed, ...log]).reader.completeAround(from)).toEqual({
      from: from - MICROS_PER_MINUTE,
      until: FOREVER,
    });
  });

  it('reaches as far back as the log does, changes in it or not', () => {
    const timeline = timelineOf([
      ...snapshotOf('audit-real/snapshot-start.json'),
      ...auditEvents('audit-real/truncated.jsonl'),
    ]);
    timeline.cover(START, START);
    expect(timeline.reader.auditRange()?.from).toBe(START);
    expect(timeline.reader.completeAround(START)?.from).toBe(START - MICROS_PER_MINUTE);
  });
});

describe('an invalid policy', () => {
  it('is a version that says so, never one without a body', () => {
    const broken = {
      apiVersion: 'cilium.io/v2',
      kind: 'CiliumNetworkPolicy',
      metadata: { name: 'broken', namespace: 'shop', uid: 'b', generation: 1 },
      spec: { ingress: [{}] },
    };
    const target = { kind: 'CiliumNetworkPolicy', namespace: 'shop', name: 'broken' } as const;
    const made = event(1, START, {
      target,
      verb: 'create',
      uid: 'b',
      generation: 1,
      resourceVersion: '7',
      objectForm: 'stored',
      object: broken,
    });
    const [version] = timelineOf([made]).reader.versionsFor('shop');
    expect(version?.invalid).toBe(true);
    expect(version?.policy).toBeNull();
    expect(version?.object).toEqual(broken);
  });

  it('is told from a policy whose body is known and valid, for every policy of a real log', () => {
    const versions = reader.policies().flatMap(({ version }) => version ?? []);
    expect(
      versions.filter(({ object, policy, invalid }) => object !== null && policy === null && !invalid),
    ).toEqual([]);
    expect(versions.every(({ ref }) => isPolicyKind(ref.split('/')[0] ?? ''))).toBe(true);
  });
});
