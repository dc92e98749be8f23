import { expect, test } from 'vitest';
import { objectOfUri, queryOf } from '../../../src/sources/audit/requestUri.ts';

test.each([
  [
    '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies/web?dryRun=All',
    'networking.k8s.io networkpolicies shop web ',
  ],
  [
    '/apis/cilium.io/v2/namespaces/shop/ciliumnetworkpolicies/web/status',
    'cilium.io ciliumnetworkpolicies shop web status',
  ],
  [
    '/apis/cilium.io/v2/ciliumclusterwidenetworkpolicies/base',
    'cilium.io ciliumclusterwidenetworkpolicies  base ',
  ],
  ['/apis/cilium.io/v2/ciliumnetworkpolicies?limit=500', 'cilium.io ciliumnetworkpolicies   '],
  ['/api/v1/namespaces/shop', ' namespaces shop shop '],
  ['/api/v1/namespaces/shop/finalize', ' namespaces shop shop finalize'],
  ['/api/v1/namespaces/shop/configmaps', ' configmaps shop  '],
])('%s addresses an object', (uri, expected) => {
  const object = objectOfUri(uri);
  expect(
    `${object?.apiGroup} ${object?.resource} ${object?.namespace} ${object?.name} ${object?.subresource}`,
  ).toBe(expected);
});

test.each([
  '',
  '/',
  '/healthz',
  '/version?x=y',
  '/api',
  '/apis/cilium.io',
  '/apis/cilium.io/v2',
])('"%s" addresses none', (uri) => {
  expect(objectOfUri(uri)).toBeUndefined();
});

test('a query is decoded, and a broken one does no harm', () => {
  expect(queryOf('/x?labelSelector=a%3Db&fieldManager=kubectl').get('labelSelector')).toBe('a=b');
  expect(queryOf('/x?fieldManager=%').get('fieldManager')).toBe('%');
});
