// NOT AS IN THE MANIFESTS: what the section says of each kind of drift, and of what was not compared.
import { describe, expect, it } from 'vitest';
import type { FieldValue } from '../../../src/documents/document.ts';
import type { Findings, ManifestsAccount } from '../../../src/report/findings.ts';
import { renderSummary } from '../../../src/report/terminal/summary.ts';
import { at, BY_ARGO, change, type Scene, summaryOf } from '../../queries/scene.ts';
import { MORNING_FINDINGS, NOTHING_READ } from './morning.ts';

const ALL_COMPARED: ManifestsAccount = {
  policies: 10,
  withoutNamespace: 0,
  templates: [],
  kustomizations: [],
  problems: 0,
  uncompared: 0,
  history: 'read',
};

function policy(
  name: string,
  drift: string,
  fields: Readonly<Record<string, FieldValue>> = {},
): Readonly<Record<string, FieldValue>> {
  return {
    'orchestrator.cluster.name': 'prod-eu1',
    'policy.ref': `NetworkPolicy/shop/${name}`,
    'policy.kind': 'NetworkPolicy',
    drift: [drift],
    ...fields,
  };
}

function commit(field: string, author: string, time: string): Readonly<Record<string, FieldValue>> {
  return {
    [`${field}.id`]: 'abcdef0123456789abcdef0123456789abcdef01',
    [`${field}.author`]: author,
    [`${field}.at`]: at(time),
    [`${field}.file`]: 'policies/cart.yaml',
  };
}

/** The section, with single spaces. */
async function section(scene: Scene, account: Partial<ManifestsAccount> = {}): Promise<string> {
  const findings: Findings = { ...MORNING_FINDINGS, manifests: { ...ALL_COMPARED, ...account } };
  const text = renderSummary(await summaryOf(scene), findings, { columns: 100, colour: false });
  const from = text.indexOf('NOT AS IN THE MANIFESTS');
  return text.slice(from, text.indexOf('\nCANNOT TELL  ', from)).replaceAll(/\s+/g, ' ').trim();
}

describe('NOT AS IN THE MANIFESTS', () => {
  it('names the change, the robot, and the person behind it', async () => {
    const made = change('c1', '9:00', { ...BY_ARGO, ...commit('change.commit', 'jane', '8:57') });
    const cart = policy('cart', 'differs-from-manifests', {
      'policy.manifest': 'policies/cart.yaml#1',
      'policy.manifest_diff': ['ingress[0].ports[0].port: 8080 → 8081'],
      'cause.change_id': 'c1',
    });
    expect(await section({ policies: [cart], changes: [made] })).toBe(
      'NOT AS IN THE MANIFESTS 1 policy NP shop/cart DIFFERS since 09:00:00: patched by Argo CD ' +
        '(commit abcdef0 by jane, 08:57) ingress[0].ports[0].port: 8080 → 8081 manifest: policies/cart.yaml#1',
    );
  });

  it('says that a commit came only after the change', async () => {
    const made = change('c1', '9:00', commit('change.commit', 'jane', '9:30'));
    const cart = policy('cart', 'not-in-manifests', { 'cause.change_id': 'c1' });
    expect(await section({ policies: [cart], changes: [made] })).toContain(
      'NOT IN MANIFESTS since 09:00:00: patched by alice (later commit abcdef0 by jane, 09:30)',
    );
  });

  it('says what the repository tells where no change in the logs made it so', async () => {
    const policies = [
      policy('a', 'differs-from-manifests', commit('manifest.commit', 'jane', '8:00')),
      policy('b', 'differs-from-manifests'),
      policy('c', 'not-in-manifests', commit('manifest.commit', 'jim', '8:00')),
      policy('d', 'not-in-manifests'),
      policy('e', 'not-in-cluster', commit('manifest.commit', 'joe', '8:00')),
    ];
    const text = await section({ policies });
    const by = (name: string): string => `commit abcdef0 by ${name}, 08:00`;
    expect(text).toContain(
      `NP shop/a DIFFERS no version in the logs is as the manifests say since ${by('jane')}`,
    );
    expect(text).toContain('NP shop/b DIFFERS no version in the logs is as the manifests say');
    expect(text).toContain(
      `NP shop/c NOT IN MANIFESTS older than the logs; removed from them by ${by('jim')}`,
    );
    expect(text).toContain('NP shop/d NOT IN MANIFESTS older than the logs');
    expect(text).toContain(`NP shop/e NOT IN CLUSTER never seen in the cluster; ${by('joe')}`);
  });

  it('says "none" where all were compared', async () => {
    expect(await section({})).toBe('NOT AS IN THE MANIFESTS none');
  });

  it('cannot tell where the manifests hold no policy', async () => {
    expect(await section({}, { policies: 0 })).toContain('CANNOT TELL: the manifests hold no policy');
  });

  it('cannot tell where nothing is known of the cluster', async () => {
    const findings: Findings = { ...NOTHING_READ, manifests: ALL_COMPARED };
    const text = renderSummary(await summaryOf({}), findings, { columns: 100, colour: false });
    expect(text).toMatch(/NOT AS IN THE MANIFESTS\s+CANNOT TELL: neither audit log nor snapshot was given/);
  });

  it('names what was not compared, and why no commit is named', async () => {
    const text = await section(
      {},
      { templates: ['a.yaml#1', 'b.yaml#1', 'c.yaml#1'], uncompared: 2, problems: 1, history: 'shallow' },
    );
    expect(text).toMatch(/^NOT AS IN THE MANIFESTS none seen, but not everything could be compared/);
    expect(text).toContain('not compared: 3 templates (a.yaml#1, b.yaml#1 …)');
    expect(text).toContain('2 policies not compared: no log holds what they say');
    expect(text).toContain('1 document of the manifests cannot be read');
    expect(text).toContain('git fetch --unshallow');
  });

  it('lets nothing from outside act on the terminal', async () => {
    const escape = String.fromCodePoint(27);
    const cart = policy('cart', 'not-in-cluster', {
      'policy.manifest': `${escape}[2J.yaml#1`,
      ...commit('manifest.commit', `${escape}]0;jane`, '8:00'),
    });
    expect(await section({ policies: [cart] })).not.toContain(escape);
  });

  it('is not shown when no manifests were given', async () => {
    const text = renderSummary(await summaryOf({}), MORNING_FINDINGS, { columns: 100, colour: false });
    expect(text).not.toContain('MANIFESTS');
  });
});
