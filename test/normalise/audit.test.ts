import { describe, expect, test } from 'vitest';
import { at, field, type JsonObject } from '../../src/model/json.ts';
import { auditEvent, changeOf, eventsIn, networkPolicy, outcomesOf, parsed } from './auditRecords.ts';

const gone = { deletionTimestamp: '2026-11-02T09:00:00Z' };
const held = { ...gone, finalizers: ['example.com/hold'] };

function configMap(name: string, verb: string, changes: JsonObject = {}): JsonObject {
  return auditEvent({
    verb,
    requestURI: '/api/v1/namespaces/kube-system/configmaps',
    objectRef: { resource: 'configmaps', namespace: 'kube-system', name, apiVersion: 'v1' },
    ...changes,
  });
}

describe('stages', () => {
  test('a request that came in is kept, at its stage time, with an unknown result', () => {
    const [event] = eventsIn([
      auditEvent({ stage: 'RequestReceived', responseStatus: undefined, verb: 'patch' }),
    ]);
    expect(event?.body).toMatchObject({ action: 'received', result: 'unknown', confidence: 'metadata' });
    expect(event?.observedAt).toBe(Date.UTC(2026, 10, 2, 9) * 1000 + 10_231);
    expect(event?.body.requestReceivedAt).toBe(Date.UTC(2026, 10, 2, 9) * 1000 + 1);
  });

  test.each([
    [
      'a dry run',
      { requestURI: '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies/web?dryRun=All' },
    ],
    [
      'a status write',
      { objectRef: { resource: 'networkpolicies', apiGroup: 'networking.k8s.io', subresource: 'status' } },
    ],
  ])('the coming in of %s says nothing new', (_what, changes) => {
    expect(outcomesOf(auditEvent({ stage: 'RequestReceived', ...changes }))).toEqual([
      { outcome: 'ignored', reason: 'stage' },
    ]);
  });

  test('a request without valid credentials fails at ResponseStarted', () => {
    const record = auditEvent({ stage: 'ResponseStarted', user: {}, responseStatus: { code: 401 } });
    expect(changeOf(record)).toMatchObject({ action: 'write', result: 'failure', code: 401 });
    expect(changeOf(record).actor).toMatchObject({ user: '', kindConfidence: 'inferred' });
  });

  test.each([
    ['a panic', { stage: 'Panic', responseStatus: { code: 500 } }],
    ['a faked 200', { responseStatus: { code: 200, message: 'Connection closed early' } }],
    ['a missing code', { responseStatus: undefined }],
  ])('after %s nobody knows what happened', (_what, changes) => {
    expect(changeOf(auditEvent(changes))).toMatchObject({ result: 'unknown', confidence: 'metadata' });
  });
});

describe('deletion', () => {
  test('Success with a uid is the end of that incarnation', () => {
    const responseStatus = { status: 'Success', code: 200, details: { uid: 'u-1' } };
    expect(changeOf(auditEvent({ verb: 'delete', responseStatus }))).toMatchObject({
      action: 'delete',
      uid: 'u-1',
      confidence: 'exact',
    });
  });

  test('a bare 200 means that finalizers hold the object', () => {
    expect(changeOf(auditEvent({ verb: 'delete', level: 'Request' }))).toMatchObject({
      action: 'terminate',
      confidence: 'inferred',
    });
  });

  test('the answer with finalizers is a new version that is terminating', () => {
    const responseObject = networkPolicy(held);
    expect(changeOf(auditEvent({ verb: 'delete', responseObject }))).toMatchObject({
      action: 'terminate',
      generation: 2,
      resourceVersion: '20',
    });
  });

  test('removing the last finalizer is the deletion, and its old resourceVersion no version', () => {
    expect(changeOf(auditEvent({ responseObject: networkPolicy(gone) }))).toMatchObject({
      action: 'delete',
      uid: 'u-1',
      resourceVersion: '',
      generation: null,
      baseResourceVersion: '20',
    });
  });

  test('so it is when the garbage collector asks for metadata only', () => {
    const { metadata } = networkPolicy(gone);
    const responseObject = { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
    expect(changeOf(auditEvent({ verb: 'patch', responseObject }))).toMatchObject({
      action: 'delete',
      objectForm: 'partial',
      confidence: 'exact',
    });
  });

  test('removing one of several finalizers is a write', () => {
    expect(changeOf(auditEvent({ responseObject: networkPolicy(held) })).action).toBe('write');
  });

  test('a namespace goes with its last spec finalizer', () => {
    const namespace = (spec: JsonObject): JsonObject =>
      auditEvent({
        requestURI: '/api/v1/namespaces/shop/finalize',
        objectRef: { resource: 'namespaces', name: 'shop', apiVersion: 'v1', subresource: 'finalize' },
        responseObject: { kind: 'Namespace', apiVersion: 'v1', metadata: { name: 'shop', ...gone }, spec },
      });
    expect(changeOf(namespace({})).action).toBe('delete');
    expect(changeOf(namespace({ finalizers: ['kubernetes'] })).action).toBe('terminate');
  });
});

describe('collections', () => {
  const collection = (changes: JsonObject): JsonObject =>
    auditEvent({
      verb: 'deletecollection',
      requestURI: '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies?labelSelector=a%3Db',
      objectRef: {
        resource: 'networkpolicies',
        namespace: 'shop',
        apiGroup: 'networking.k8s.io',
        apiVersion: 'v1',
      },
      ...changes,
    });
  const items = [
    { metadata: { name: 'one', namespace: 'shop', uid: 'u-1', resourceVersion: '7' }, spec: {} },
    { metadata: { name: 'two', namespace: 'shop', uid: 'u-2', finalizers: ['example.com/hold'] }, spec: {} },
  ];

  test('each listed object is deleted, those with finalizers are terminating', () => {
    const record = collection({ responseObject: { kind: 'NetworkPolicyList', apiVersion: 'v1', items } });
    const events = eventsIn([record]);
    expect(events.map(({ body, origin }) => [body.action, body.target.name, body.uid, origin.index])).toEqual(
      [
        ['delete', 'one', 'u-1', 0],
        ['terminate', 'two', 'u-2', 1],
      ],
    );
    expect(events[0]?.body).toMatchObject({
      resourceVersion: '',
      baseResourceVersion: '7',
      objectForm: 'before',
    });
    expect(field(events[0]?.body.object, 'kind')).toBe('NetworkPolicy');
    expect(events[0]?.id).not.toBe(events[1]?.id);
  });

  test('below RequestResponse only the selector is known', () => {
    expect(changeOf(collection({ level: 'Request' }))).toMatchObject({
      action: 'collect',
      selector: 'labelSelector=a=b',
      confidence: 'inferred',
      objectForm: 'none',
    });
  });

  test('an empty answer says that nothing matched', () => {
    const responseObject = { kind: 'NetworkPolicyList', apiVersion: 'v1', items: [] };
    expect(changeOf(collection({ responseObject }))).toMatchObject({
      action: 'collect',
      objectForm: 'before',
    });
  });

  test('a dry run lists the same objects and deletes none', () => {
    const record = collection({
      requestObject: { kind: 'DeleteOptions', dryRun: ['All'] },
      responseObject: { kind: 'NetworkPolicyList', items },
    });
    expect(changeOf(record)).toMatchObject({ action: 'collect', result: 'dry-run' });
  });
});

describe('bodies', () => {
  test('managed fields and the last-applied copy are left out', () => {
    const stored = networkPolicy({
      managedFields: [{ manager: 'x' }],
      annotations: {
        'kubectl.kubernetes.io/last-applied-configuration': '{}',
        'kubernetes.io/change-cause': 'INC-7',
      },
    });
    const change = changeOf(auditEvent({ responseObject: stored }));
    expect(at(change.object, 'metadata')).toEqual({
      name: 'web',
      namespace: 'shop',
      uid: 'u-1',
      resourceVersion: '20',
      generation: 2,
      annotations: { 'kubernetes.io/change-cause': 'INC-7' },
    });
    expect(change.changeCause).toBe('INC-7');
  });

  test('an answer as Table gives the stored metadata, the request the spec', () => {
    const { spec, metadata } = networkPolicy();
    const change = changeOf(
      auditEvent({
        requestObject: { kind: 'NetworkPolicy', metadata: { name: 'web', namespace: 'shop' }, spec },
        responseObject: { kind: 'Table', rows: [{ object: { kind: 'PartialObjectMetadata', metadata } }] },
      }),
    );
    expect(change).toMatchObject({ objectForm: 'requested', resourceVersion: '20', confidence: 'inferred' });
    expect(field(change.object, 'spec')).toEqual(spec);
  });

  test.each([
    ['json', '', [{ op: 'remove', path: '/spec/ingress' }]],
    [
      'apply',
      '?fieldManager=argocd-controller',
      { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
    ],
    ['strategic', '?fieldManager=kubectl', { spec: { '$setElementOrder/ingress': null } }],
    ['strategic', '', { metadata: { finalizers: [{ $patch: 'replace' }] } }],
    ['merge', '?fieldManager=kubectl', { spec: { ingress: null } }],
  ])('a patch is taken for %s', (format, query, requestObject) => {
    const requestURI = `/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies/web${query}`;
    const change = changeOf(auditEvent({ level: 'Request', verb: 'patch', requestURI, requestObject }));
    expect(change).toMatchObject({ objectForm: 'none', confidence: 'inferred', patch: { format } });
    expect(change.patch?.body).toEqual(requestObject);
  });

  test('a patch is kept beside the stored object: it tells whether the spec was meant', () => {
    const record = auditEvent({
      verb: 'patch',
      requestObject: { spec: { ingress: null } },
      responseObject: networkPolicy(),
    });
    expect(changeOf(record).patch).toEqual({ format: 'merge', body: { spec: { ingress: null } } });
  });

  test('webhook patches come in the order of rounds and indices', () => {
    const patch = (name: string): string => JSON.stringify({ patch: [{ op: 'add', path: name }] });
    const change = changeOf(
      auditEvent({
        level: 'Request',
        verb: 'create',
        requestObject: networkPolicy(),
        annotations: {
          'patch.webhook.admission.k8s.io/round_1_index_0': patch('/c'),
          'patch.webhook.admission.k8s.io/round_0_index_10': patch('/b'),
          'patch.webhook.admission.k8s.io/round_0_index_2': patch('/a'),
          'patch.webhook.admission.k8s.io/round_0_index_3': 'no JSON',
        },
      }),
    );
    expect(change.webhookPatches.map((one) => at(Array.isArray(one) ? one[0] : null, 'path'))).toEqual([
      '/a',
      '/b',
      '/c',
    ]);
  });

  test('the spec of a status request is never taken', () => {
    const objectRef = {
      resource: 'ciliumnetworkpolicies',
      apiGroup: 'cilium.io',
      apiVersion: 'v2',
      namespace: 'shop',
      name: 'x',
      subresource: 'status',
    };
    const conditions = [{ type: 'Valid', status: 'False' }];
    const sent = {
      kind: 'CiliumNetworkPolicy',
      metadata: { name: 'x' },
      spec: { ingress: [] },
      status: { conditions },
    };
    const update = changeOf(auditEvent({ level: 'Request', objectRef, requestObject: sent }));
    expect(update.object).toEqual({
      apiVersion: 'cilium.io/v2',
      kind: 'CiliumNetworkPolicy',
      metadata: { name: 'x' },
      status: { conditions },
    });
    const operations = [
      { op: 'replace', path: '/status/conditions', value: conditions },
      { op: 'remove', path: '/spec' },
    ];
    const patch = changeOf(
      auditEvent({ level: 'Request', verb: 'patch', objectRef, requestObject: operations }),
    );
    expect(patch).toMatchObject({
      action: 'status',
      patch: { format: 'json', body: operations.slice(0, 1) },
    });
  });

  test('a created object without a resourceVersion was only tried', () => {
    const record = auditEvent({ verb: 'create', responseObject: networkPolicy({ resourceVersion: '' }) });
    expect(changeOf(record)).toMatchObject({ result: 'dry-run', uid: '' });
  });

  test('other characters than digits are taken from a resourceVersion', () => {
    expect(
      changeOf(auditEvent({ responseObject: networkPolicy({ resourceVersion: '520443/' }) })).resourceVersion,
    ).toBe('520443');
  });

  test('a label named __proto__ is a label like any other', () => {
    const record = parsed(
      JSON.stringify(auditEvent({ responseObject: networkPolicy({ labels: {} }) })).replace(
        '"labels":{}',
        '"labels":{"__proto__":"x"}',
      ),
    );
    expect(JSON.stringify(at(changeOf(record).object, 'metadata', 'labels'))).toBe('{"__proto__":"x"}');
  });
});

describe('cilium-config', () => {
  test('of its data only what decisions read is kept', () => {
    const data = { 'policy-audit-mode': 'true', 'cluster-name': 'x', secret: 'y' };
    const responseObject = { kind: 'ConfigMap', metadata: { name: 'cilium-config' }, data };
    const change = changeOf(configMap('cilium-config', 'update', { responseObject }));
    expect(field(change.object, 'data')).toEqual({ 'policy-audit-mode': 'true' });
    const patch = changeOf(
      configMap('cilium-config', 'patch', { level: 'Request', requestObject: { data } }),
    );
    expect(patch.patch?.body).toEqual({ data: { 'policy-audit-mode': 'true' } });
  });

  test('another ConfigMap, and a create that names none, is other-config', () => {
    const ignored = [{ outcome: 'ignored', reason: 'other-config' }];
    expect(outcomesOf(configMap('coredns', 'update'))).toEqual(ignored);
    expect(outcomesOf(configMap('', 'create', { level: 'Metadata' }))).toEqual(ignored);
  });

  test('a create may name it in its body', () => {
    const requestObject = { kind: 'ConfigMap', metadata: { name: 'cilium-config' }, data: {} };
    expect(changeOf(configMap('', 'create', { requestObject })).target.name).toBe('cilium-config');
  });
});

describe('lists', () => {
  const list = (query: string, metadata: JsonObject, changes: JsonObject = {}): JsonObject =>
    auditEvent({
      verb: 'list',
      requestURI: `/apis/networking.k8s.io/v1/networkpolicies?${query}`,
      objectRef: { resource: 'networkpolicies', apiGroup: 'networking.k8s.io', apiVersion: 'v1' },
      responseObject: { kind: 'NetworkPolicyList', metadata, items: [networkPolicy()] },
      ...changes,
    });

  test('a full list observes each object and ends with its marker', () => {
    const events = eventsIn([list('limit=500', { resourceVersion: '475' })]);
    expect(events.map(({ body }) => [body.action, body.target.name, body.resourceVersion])).toEqual([
      ['observe', 'web', '20'],
      ['list', '', ''],
    ]);
    expect(events[1]?.body.baseResourceVersion).toBe('475');
  });

  test('a page of a list has no marker', () => {
    expect(changeOf(list('limit=1', { continue: 'x', remainingItemCount: 3 })).action).toBe('observe');
    expect(changeOf(list('limit=1&continue=x', { continue: '' })).action).toBe('observe');
  });

  test.each([
    ['a selector', list('labelSelector=a', {})],
    ['a Table', list('', {}, { responseObject: { kind: 'Table', rows: [] } })],
    ['level Metadata', list('', {}, { responseObject: undefined })],
    [
      'a namespace',
      list(
        '',
        {},
        { objectRef: { resource: 'networkpolicies', namespace: 'a', apiGroup: 'networking.k8s.io' } },
      ),
    ],
  ])('with %s it is a read like any other', (_what, record) => {
    expect(outcomesOf(record)).toEqual([{ outcome: 'ignored', reason: 'read' }]);
  });
});

describe('what cannot be read', () => {
  test('a wrong type is rejected with its path', () => {
    expect(outcomesOf(auditEvent({ objectRef: { resource: 7 } }))).toEqual([
      { outcome: 'rejected', reason: 'bad-field', detail: 'expected a string at objectRef.resource' },
    ]);
  });

  test('a change without a time is rejected', () => {
    expect(outcomesOf(auditEvent({ stageTimestamp: 'soon', requestReceivedTimestamp: '' }))).toMatchObject([
      { outcome: 'rejected', reason: 'bad-time' },
    ]);
  });

  test('requests that address no object, and Calico policies, decide nothing', () => {
    const other = [{ outcome: 'ignored', reason: 'other-resource' }];
    expect(outcomesOf(auditEvent({ objectRef: undefined, requestURI: '/healthz' }))).toEqual(other);
    const objectRef = { resource: 'networkpolicies', apiGroup: 'crd.projectcalico.org' };
    expect(outcomesOf(auditEvent({ objectRef }))).toEqual(other);
  });
});

test('the cluster is the setting, before what the envelope says', () => {
  const [named] = outcomesOf(auditEvent({}), 'prod');
  expect(named).toMatchObject({ value: { cluster: 'prod' } });
});
