// The example cluster with what it lacks: a line that cannot be read, a policy that Cilium calls invalid, and manifests
// that the cluster does not hold to. So every panel has something to show.
import { appendFileSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Document } from '../../../src/documents/document.ts';
import { field, isObject } from '../../../src/model/json.ts';
import { makeFolder, removeFolder } from '../../support/command.ts';
import { analysedDocuments } from '../../queries/catalogue/analysedDocuments.ts';

const EXAMPLE = join(import.meta.dirname, '../../../examples/shop');

const INVALID = {
  apiVersion: 'cilium.io/v2',
  kind: 'CiliumNetworkPolicy',
  metadata: {
    name: 'no-protection',
    namespace: 'shop',
    uid: '00000000-0000-4000-8000-000000000001',
    generation: 1,
  },
  spec: { endpointSelector: {}, ingress: [{ fromEntities: ['cluster'] }] },
  status: { conditions: [{ type: 'Valid', status: 'False', message: 'Invalid CiliumNetworkPolicy spec' }] },
};

const MANIFEST = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: never-applied, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress]}
`;

export async function troubledExample(): Promise<readonly Document[]> {
  const folder = makeFolder();
  try {
    for (const name of ['flows.ndjson', 'audit.ndjson'])
      copyFileSync(join(EXAMPLE, name), join(folder, name));
    appendFileSync(join(folder, 'flows.ndjson'), '{"flow":\n');
    const policies: unknown = JSON.parse(readFileSync(join(EXAMPLE, 'policies.json'), 'utf8'));
    const items = field(policies, 'items');
    if (!isObject(policies) || !Array.isArray(items)) throw new Error('the snapshot is no List');
    writeFileSync(join(folder, 'policies.json'), JSON.stringify({ ...policies, items: [...items, INVALID] }));
    mkdirSync(join(folder, 'manifests'));
    writeFileSync(join(folder, 'manifests', 'never-applied.yaml'), MANIFEST);
    return await analysedDocuments(folder, 'policies.json', ['--manifests', 'manifests']);
  } finally {
    removeFolder(folder);
  }
}
