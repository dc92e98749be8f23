// One wrong setting at a time: `doctor` names that one and no other.
import { describe, expect, test } from 'vitest';
import { at, field, isObject, type JsonObject, text } from '../../src/model/json.ts';
import {
  AUDIT,
  diagnosisOf,
  eventTypeOf,
  FLOWS,
  foundIn,
  KNOWN,
  moved,
  onlyObjects,
  PODS,
  without,
  withFlows,
  withObjects,
} from './inputs.ts';

describe('the sample as it is', () => {
  test('gives every answer at least partly', async () => {
    const { findings } = await diagnosisOf({});
    expect(findings.filter(({ verdict }) => verdict === 'no')).toEqual([]);
  });

  test('has three known flaws', async () => {
    const { causes } = await diagnosisOf({});
    expect(causes.map(({ code }) => code).toSorted()).toEqual([...KNOWN].sort());
  });
});

describe('of the flow export, doctor names', () => {
  test('masked labels', async () => {
    const bare = (end: unknown): JsonObject => (isObject(end) ? without(end, 'labels') : {});
    const flows = withFlows((flow) => ({
      ...flow,
      source: bare(field(flow, 'source')),
      destination: bare(field(flow, 'destination')),
    }));
    expect(await foundIn({ flows: [flows] })).toEqual(['masked-labels']);
  });

  test('a filter that leaves event type 5 out', async () => {
    const flows = FLOWS.filter((line) => eventTypeOf(line) !== 5);
    expect(await foundIn({ flows: [flows] })).toEqual(['no-verdict-events']);
  });

  test('a filter that exports denials only', async () => {
    const flows = FLOWS.filter((line) => ['DROPPED', 'AUDIT'].includes(text(at(line, 'flow', 'verdict'))));
    expect(await foundIn({ flows: [flows] })).toEqual(['no-forwarded-flows']);
  });

  test('that audited flows may be left out, where there are drops only', async () => {
    const flows = FLOWS.filter((line) => at(line, 'flow', 'verdict') === 'DROPPED');
    expect((await foundIn({ flows: [flows] })).toSorted()).toEqual([
      'no-audited-flows',
      'no-forwarded-flows',
    ]);
  });

  test('a field mask without event_type', async () => {
    const flows = withFlows((flow) => without(flow, 'event_type'));
    expect(await foundIn({ flows: [flows] })).toEqual(['masked-event-type']);
  });

  test.each([['traffic_direction'], ['IP'], ['l4']])('a field mask without %s', async (key) => {
    const flows = withFlows((flow) => without(flow, key));
    const { causes } = await diagnosisOf({ flows: [flows] });
    const masked = causes.find(({ code }) => code === 'masked-fields');
    expect(masked?.remedy).toContain(key);
  });

  test('policies that Hubble never names', async () => {
    const flows = withFlows((flow) => without(flow, 'ingress_allowed_by', 'egress_allowed_by'));
    expect(await foundIn({ flows: [flows] })).toEqual(['no-attribution']);
  });

  test('two exporters that write the same flows', async () => {
    expect(await foundIn({ flows: [FLOWS, FLOWS] })).toEqual(['exported-twice']);
  });

  test('lines that stand for several flows', async () => {
    const flows = withFlows((flow) => ({ ...flow, aggregate: { ingress_flow_count: 3 } }));
    expect(await foundIn({ flows: [flows] })).toEqual(['aggregated-flows']);
  });
});

describe('of the audit log, doctor names', () => {
  test('the level Metadata', async () => {
    const audit = AUDIT.map((event) => ({
      ...without(event, 'requestObject', 'responseObject'),
      level: 'Metadata',
    }));
    const found = await foundIn({ audit: [audit] });
    // The sample deletes a namespace, whose labels it logs as well.
    expect(found.toSorted()).toEqual(['metadata-level', 'metadata-level-beside']);
  });

  test('the level Metadata of policies alone', async () => {
    const audit = AUDIT.map((event) =>
      text(at(event, 'objectRef', 'resource')).endsWith('networkpolicies')
        ? { ...without(event, 'requestObject', 'responseObject'), level: 'Metadata' }
        : event,
    );
    expect(await foundIn({ audit: [audit] })).toEqual(['metadata-level']);
  });

  test('the level Request', async () => {
    const audit = AUDIT.map((event) =>
      field(event, 'level') === 'RequestResponse'
        ? { ...without(event, 'responseObject'), level: 'Request' }
        : event,
    );
    expect(await foundIn({ audit: [audit] })).toEqual(['request-level']);
  });

  test('a stage RequestReceived that is left out', async () => {
    const audit = AUDIT.filter((event) => field(event, 'stage') !== 'RequestReceived');
    expect(await foundIn({ audit: [audit] })).toEqual(['no-received-stage']);
  });

  test('writes whose outcome is missing', async () => {
    const audit = AUDIT.filter(
      (event) => !(field(event, 'stage') === 'ResponseComplete' && field(event, 'verb') === 'delete'),
    );
    expect(await foundIn({ audit: [audit] })).toEqual(['lost-answers']);
  });

  test('that policies are not logged at all', async () => {
    const audit = AUDIT.filter(
      (event) => !text(at(event, 'objectRef', 'resource')).endsWith('networkpolicies'),
    );
    expect(await foundIn({ audit: [audit] })).toEqual(['no-policy-writes']);
  });

  test('nothing about batches of the webhook backend', async () => {
    const batch = { kind: 'EventList', apiVersion: 'audit.k8s.io/v1', metadata: {}, items: AUDIT };
    expect(await foundIn({ audit: [[batch]] })).toEqual([]);
  });

  test('events that come later than the workers wait for', async () => {
    const late = AUDIT.toSorted(
      (a, b) => Date.parse(text(b['stageTimestamp'])) - Date.parse(text(a['stageTimestamp'])),
    );
    expect(await foundIn({ audit: [late] })).toEqual(['out-of-order']);
  });

  test('no sign of life no longer, once an API server renews its lease', async () => {
    const [any] = AUDIT;
    const lease = {
      ...any,
      objectRef: {
        resource: 'leases',
        namespace: 'kube-system',
        name: 'apiserver-3f2a',
        apiGroup: 'coordination.k8s.io',
      },
      verb: 'update',
    };
    const { causes } = await diagnosisOf({ audit: [[lease, ...AUDIT]] });
    expect(causes.map(({ code }) => code)).not.toContain('no-proof-of-life');
  });
});

describe('between the inputs, doctor names', () => {
  test('a missing snapshot', async () => {
    expect(await foundIn({ snapshot: null })).toEqual(['no-snapshot']);
  });

  test('Pods in the place of a snapshot, with what was passed and the command that takes one', async () => {
    const { causes, findings } = await diagnosisOf({ snapshot: PODS });
    const [cause] = causes.filter(({ code }) => !KNOWN.includes(code));
    expect(cause?.code).toBe('no-policy-in-snapshot');
    expect(cause?.why).toContain('policies.json holds 2 Pods and no policy');
    expect(cause?.remedy).toContain('kubectl get netpol,ciliumnp,ccnp');
    const taken = findings.filter(({ verdict }) => verdict === 'no').map(({ answer }) => answer);
    expect(taken).toEqual(['not-enforced', 'unused-policies']);
  });

  test('an audit log in the place of a snapshot', async () => {
    const snapshot = { kind: 'EventList', apiVersion: 'audit.k8s.io/v1', items: AUDIT.slice(0, 7) };
    const { causes } = await diagnosisOf({ snapshot });
    expect(causes.map(({ why }) => why).join(' ')).toContain(
      'policies.json holds 7 audit events and no policy',
    );
  });

  test('policies of another API group: none that is judged here', async () => {
    const calico = { apiVersion: 'projectcalico.org/v3', kind: 'NetworkPolicy', metadata: { name: 'x' } };
    const { causes } = await diagnosisOf({ snapshot: calico });
    expect(causes.map(({ why }) => why).join(' ')).toContain(
      'holds 1 NetworkPolicy of projectcalico.org and no policy',
    );
  });

  test('a snapshot with NetworkPolicies only, where the logs name others', async () => {
    const { causes } = await diagnosisOf({
      snapshot: onlyObjects((object) => field(object, 'kind') === 'NetworkPolicy'),
    });
    const [cause] = causes.filter(({ code }) => !KNOWN.includes(code));
    expect(cause?.code).toBe('kinds-not-in-snapshot');
    expect(cause?.why).toMatch(/no CiliumNetworkPolicy \(the logs name CNP .* and \d+ more\)/);
    expect(cause?.remedy).toContain('kubectl get netpol,ciliumnp,ccnp');
  });

  test('manifests in the place of a snapshot', async () => {
    const snapshot = withObjects((object) => {
      const metadata = field(object, 'metadata');
      return isObject(metadata)
        ? { ...object, metadata: without(metadata, 'uid', 'resourceVersion') }
        : object;
    });
    expect(await foundIn({ snapshot })).toEqual(['manifests-only']);
  });

  test('flows without DNS names, where a policy decides by them', async () => {
    const snapshot = withObjects((object) =>
      field(object, 'kind') === 'CiliumNetworkPolicy'
        ? { ...object, spec: { endpointSelector: {}, egress: [{ toFQDNs: [{ matchName: 'example.com' }] }] } }
        : object,
    );
    expect(await foundIn({ snapshot })).toEqual(['no-dns-names']);
  });

  const elsewhere = AUDIT.map((event) => ({ cluster_name: 'staging', log: JSON.stringify(event) }));

  test('an audit log of another cluster', async () => {
    expect(await foundIn({ audit: [elsewhere] })).toEqual(['clusters-do-not-meet']);
  });

  test('nothing about other names, once --cluster says that they are one', async () => {
    expect(await foundIn({ audit: [elsewhere], cluster: 'prod-eu1' })).toEqual([]);
  });

  test('an audit log that cannot be placed, because the flows are of two clusters', async () => {
    const other = FLOWS.map((line) => ({ ...line, node_name: 'staging/node-1' }));
    const found = await foundIn({ flows: [FLOWS, other.slice(0, 1)] });
    expect(found).toContain('audit-without-cluster');
  });

  test('logs of different days', async () => {
    const day = 24 * 3_600_000;
    const audit = AUDIT.map((event) => ({ ...event, stageTimestamp: moved(event['stageTimestamp'], -day) }));
    expect(await foundIn({ audit: [audit] })).toEqual(['feeds-do-not-overlap']);
  });

  test('a node whose clock is 5 s behind, by its name', async () => {
    const flows = FLOWS.map((line) => {
      if (line['node_name'] !== 'prod-eu1/node-3') return line;
      const flow = field(line, 'flow');
      const time = moved(line['time'], -5_000);
      return isObject(flow) ? { ...line, time, flow: { ...flow, time } } : line;
    });
    const { causes } = await diagnosisOf({ flows: [flows] });
    const [apart, ...others] = causes.filter(({ code }) => !KNOWN.includes(code));
    expect(apart).toMatchObject({ code: 'clocks-apart' });
    expect(apart?.why).toContain('node-3 5.0 s behind');
    expect(apart?.remedy).not.toMatch(/node-[124]/);
    expect(others).toEqual([]);
  });

  test('clocks that are all behind the API server', async () => {
    const flows = FLOWS.map((line) => {
      const flow = field(line, 'flow');
      const time = moved(line['time'], -60_000);
      return isObject(flow) ? { ...line, time, flow: { ...flow, time } } : line;
    });
    expect(await foundIn({ flows: [flows] })).toEqual(['clocks-apart']);
  });

  test('a file passed with the wrong option', async () => {
    expect(await foundIn({ flows: [AUDIT] })).toContain('wrong-feed');
  });
});
