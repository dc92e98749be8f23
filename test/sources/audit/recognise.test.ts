import { describe, expect, test } from 'vitest';
import { at, isObject, type JsonObject } from '../../../src/model/json.ts';
import type { AuditHit } from '../../../src/sources/audit/hit.ts';
import { recogniseAudit } from '../../../src/sources/audit/recognise.ts';
import {
  auditEvent,
  changeOf,
  networkPolicy,
  outcomesOf,
  sampleObjects,
} from '../../normalise/auditRecords.ts';

function only(record: JsonObject): AuditHit {
  const hits = recogniseAudit(record);
  if (hits?.length !== 1 || hits[0] === undefined) throw new Error('expected one hit');
  return hits[0];
}

const event = auditEvent({ responseObject: networkPolicy() });
const text = JSON.stringify(event);

describe('events and lists', () => {
  test('an event is recognised by its kind, or by its fields alone', () => {
    const { kind: _kind, apiVersion: _version, ...bare } = event;
    expect(only(event)).toEqual({ form: 'event', event, cluster: '', auditSource: '' });
    expect(only(bare)).toMatchObject({ form: 'event', event: bare });
  });

  test('items of an EventList come in order, broken ones as broken', () => {
    const list = { kind: 'EventList', apiVersion: 'audit.k8s.io/v1beta1', items: [event, 7] };
    expect(recogniseAudit(list)?.map((hit) => hit.form)).toEqual(['event', 'broken']);
    expect(recogniseAudit({ kind: 'EventList', apiVersion: 'audit.k8s.io/v1', items: [] })).toEqual([]);
  });

  test.each([
    { kind: 'Event', apiVersion: 'v1', reason: 'Killing' },
    { flow: { verdict: 'FORWARDED' } },
    { message: 'hello' },
    { message: '{"level":"info"}' },
    { events: [{ message: 'hello' }] },
    { records: [{ x: 1 }] },
    {},
  ])('%j is no audit record', (record) => {
    expect(recogniseAudit(record)).toBeUndefined();
  });
});

describe('AKS', () => {
  const resourceId =
    '/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.CONTAINERSERVICE/MANAGEDCLUSTERS/PROD';
  const record = (log: string | JsonObject, category = 'kube-audit'): JsonObject => ({
    category,
    resourceId,
    time: '2026-11-02T09:00:01Z',
    properties: { log, pod: 'kube-apiserver-1' },
  });

  test('the log is an object or a string, and the record names cluster and API server', () => {
    const expected = { form: 'event', event, cluster: 'PROD', auditSource: 'kube-apiserver-1' };
    expect(only(record(event))).toEqual(expected);
    expect(only(record(text))).toEqual(expected);
    const asText = { ...record(event), properties: JSON.stringify(record(event)['properties']) };
    expect(only(asText)).toEqual(expected);
  });

  test('Event Hubs batch records, of which other categories are no audit', () => {
    const batch = {
      records: [record(text), record('I1102 guard started', 'guard'), record(text, 'kube-audit-admin')],
    };
    expect(recogniseAudit(batch)?.map((hit) => hit.form)).toEqual(['event', 'other', 'event']);
    expect(outcomesOf(record('text', 'guard'))).toEqual([{ outcome: 'ignored', reason: 'other-log' }]);
  });

  test('a string cut in the spec keeps who wrote what, and which version it became', () => {
    const cut = record(text.slice(0, text.indexOf('"podSelector"')));
    expect(only(cut)).toMatchObject({ form: 'cut' });
    expect(changeOf(cut)).toMatchObject({
      action: 'write',
      result: 'success',
      uid: 'u-1',
      generation: 2,
      objectForm: 'partial',
      confidence: 'metadata',
      truncated: true,
      actor: { user: 'alice' },
    });
    const [outcome] = outcomesOf(cut);
    expect(outcome).toMatchObject({ value: { observedAt: Date.UTC(2026, 10, 2, 9, 0, 1) * 1000 } });
  });

  test('a string cut in the metadata of the answer tells no version', () => {
    const change = changeOf(record(text.slice(0, text.indexOf('"resourceVersion":"20"') + 10)));
    expect(change).toMatchObject({ uid: '', generation: null, objectForm: 'none', confidence: 'metadata' });
  });

  test('half of a request body is never a body', () => {
    const full = JSON.stringify(auditEvent({ requestObject: networkPolicy() }));
    expect(changeOf(record(full.slice(0, full.indexOf('"policyTypes"')))).object).toBeNull();
  });

  test('wherever it is cut, the record is a change, or rejected, or of no resource', () => {
    for (let end = 0; end < text.length; end += 1) {
      const [outcome] = outcomesOf(record(text.slice(0, end)));
      if (outcome?.outcome !== 'accepted') continue;
      expect(at(outcome.value.body.object, 'spec')).toBeUndefined();
      expect(outcome.value.body.confidence).toBe('metadata');
    }
  });

  test('a key twice in the embedded event is broken, as it is in a line', () => {
    const twice = text.replace('"verb":"update"', '"verb":"update","verb":"get"');
    expect(outcomesOf(record(twice))).toMatchObject([{ outcome: 'rejected', reason: 'duplicate-key' }]);
  });

  test('an audit text that is no JSON is broken', () => {
    expect(outcomesOf(record('{"apiVersion":"audit.k8s.io/v1",]'))).toMatchObject([
      { outcome: 'rejected', reason: 'not-json' },
    ]);
  });
});

describe('EKS', () => {
  const logGroup = '/aws/eks/prod/cluster';

  test('filter-log-events gives one hit per message, other logs as other', () => {
    const events = [
      { logStreamName: 'kube-apiserver-audit-1', message: text, timestamp: 1 },
      { logStreamName: 'authenticator-1', message: 'time=x level=info', timestamp: 2 },
    ];
    expect(recogniseAudit({ events, searchedLogStreams: [] })).toMatchObject([
      { form: 'event', cluster: '', auditSource: 'kube-apiserver-audit-1' },
      { form: 'other' },
    ]);
  });

  test('a subscription names the cluster for all of its records', () => {
    const batch = { logGroup, logStream: 'kube-apiserver-audit-1', logEvents: [{ id: '1', message: text }] };
    expect(only(batch)).toMatchObject({
      form: 'event',
      cluster: 'prod',
      auditSource: 'kube-apiserver-audit-1',
    });
  });

  test.each([
    { message: text, logGroup },
    { '@message': text, '@log': `123456789012:${logGroup}` },
  ])('a single record is an event', (record) => {
    expect(only(record)).toMatchObject({ form: 'event', event, cluster: 'prod' });
  });

  test('a cut message is stamped with the time of its record', () => {
    const message = text.slice(0, text.indexOf('"responseObject"'));
    const [outcome] = outcomesOf({ events: [{ message, timestamp: Date.UTC(2026, 10, 2) }] });
    expect(outcome).toMatchObject({ value: { observedAt: Date.UTC(2026, 10, 2) * 1000 } });
  });
});

describe('GKE', () => {
  const [, sample = {}] = sampleObjects('audit/wrappers-aks-gke-structure.jsonl');
  const payload = at(sample, 'protoPayload');
  const entry = (changes: JsonObject): JsonObject => ({
    ...sample,
    protoPayload: { ...(isObject(payload) ? payload : {}), ...changes },
  });

  test('a log entry becomes an audit event', () => {
    expect(only(sample)).toMatchObject({ form: 'event', cluster: 'c', auditSource: '' });
    expect(changeOf(sample)).toMatchObject({
      verb: 'update',
      action: 'write',
      result: 'success',
      code: 200,
      target: { kind: 'NetworkPolicy', namespace: 'shop', name: 'web' },
      actor: { user: 'jane@example.com', userAgent: 'kubectl', sourceIps: ['192.0.2.10'] },
      requestUri: '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies/web',
      decision: { allowed: true, reason: '' },
    });
  });

  test('the answer is read without its @type', () => {
    const response = { '@type': 'networking.k8s.io/v1.NetworkPolicy', ...networkPolicy() };
    const change = changeOf(entry({ response }));
    expect(change).toMatchObject({ objectForm: 'stored', generation: 2 });
    expect(change.object).not.toHaveProperty('@type');
  });

  test('a patch is a patch, with the body that was sent', () => {
    const request = { '@type': 'k8s.io/Patch', spec: { ingress: null } };
    const methodName = 'io.k8s.networking.v1.networkpolicies.patch';
    expect(changeOf(entry({ methodName, request })).patch).toEqual({
      format: 'merge',
      body: { spec: { ingress: null } },
    });
  });

  test('a cluster-scoped custom resource and its status are told by method and name', () => {
    const change = changeOf(
      entry({
        methodName: 'io.cilium.v2.ciliumclusterwidenetworkpolicies.status.patch',
        resourceName: 'cilium.io/v2/ciliumclusterwidenetworkpolicies/base/status',
      }),
    );
    expect(change.target).toEqual({ kind: 'CiliumClusterwideNetworkPolicy', namespace: '', name: 'base' });
    expect(change.action).toBe('status');
  });

  test('gRPC codes become HTTP codes', () => {
    expect(changeOf(entry({ status: { code: 7, message: 'no' } }))).toMatchObject({
      result: 'failure',
      code: 403,
      message: 'no',
    });
    const response = { '@type': 'core.k8s.io/v1.Status', status: 'Failure', code: 409, reason: 'Conflict' };
    expect(changeOf(entry({ status: { code: 10 }, response }))).toMatchObject({
      result: 'failure',
      code: 409,
    });
  });

  test('a delete with its Status ties the end to the uid, one without answer counts as finished', () => {
    const methodName = 'io.k8s.networking.v1.networkpolicies.delete';
    const response = { '@type': 'core.k8s.io/v1.Status', status: 'Success', details: { uid: 'u-1' } };
    expect(changeOf(entry({ methodName, response }))).toMatchObject({ action: 'delete', uid: 'u-1' });
    expect(changeOf(entry({ methodName }))).toMatchObject({
      action: 'delete',
      uid: '',
      confidence: 'metadata',
    });
  });

  test('entries of other services are another log', () => {
    expect(only(entry({ serviceName: 'container.googleapis.com' })).form).toBe('other');
  });
});
