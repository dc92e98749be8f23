import { expect, test } from 'vitest';
import { entityOf } from '../../src/normalise/entity.ts';

test.each<[string, readonly string[], number, string]>([
  ['an address outside', ['cidr:203.0.113.0/24', 'reserved:world'], 16_777_224, 'world'],
  ['dual stack', ['reserved:world-ipv6'], 10, 'world'],
  ['a CIDR without the reserved label', ['cidr:203.0.113.0/24'], 0, 'world'],
  ['a DNS name', ['fqdn:api.example.com'], 0, 'world'],
  [
    'a node that runs the API server',
    ['reserved:kube-apiserver', 'reserved:remote-node'],
    7,
    'kube-apiserver',
  ],
  ['this node, which runs it', ['reserved:host', 'reserved:kube-apiserver'], 1, 'host'],
  ['masked labels, known identity', [], 6, 'remote-node'],
  ['masked labels, ingress', [], 8, 'ingress'],
  ['masked labels, local address identity', [], 16_777_217, 'world'],
  ['masked labels, local node identity', [], 33_554_433, 'remote-node'],
  ['a pod', ['k8s:app=web'], 20_001, ''],
  ['nothing known', [], 0, ''],
  ['an unknown reserved label', ['reserved:future'], 20_001, ''],
])('%s', (_, labels, identity, entity) => {
  expect(entityOf(labels, identity)).toBe(entity);
});
