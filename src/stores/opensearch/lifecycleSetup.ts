// Brings the lifecycle policies to what the settings say, where the server can keep them (the plugin of index
// state management). Says what it did, or would do.
import { at, field, number } from '../../model/json.ts';
import { indexPattern } from './indexNames.ts';
import { deletionAge, type LifecyclePolicy, lifecyclePolicies, policyName } from './lifecycle.ts';
import { ask } from './patience.ts';
import { DATED_TABLES, type DatedTable } from './settings.ts';
import type { Setup, SetupStep } from './templateSetup.ts';

const ISM = '/_plugins/_ism';

/**
 * Policies of tables that are now kept for ever are taken away.
 * @returns null when the server has no index state management: then `prune` is to be run daily.
 * @throws Fault `opensearch-refused`
 */
export async function ensureLifecycle(setup: Setup): Promise<readonly SetupStep[] | null> {
  const { settings, signal } = setup;
  const request = { method: 'GET', path: `${ISM}/policies`, query: { size: 1 }, nullOn: NO_PLUGIN } as const;
  if ((await ask(setup, request, 'the look at lifecycle policies', signal)) === null) return null;
  const wanted = new Map(lifecyclePolicies(settings).map((policy) => [policy.table, policy]));
  const steps: SetupStep[] = [];
  for (const table of DATED_TABLES) {
    const policy = wanted.get(table);
    if (policy !== undefined) steps.push(await ensurePolicy(setup, policy));
    else steps.push(...(await removePolicy(setup, { table, name: policyName(table, settings.indexPrefix) })));
  }
  return steps;
}

/** "no handler found for uri": 400; 404 and 405 from what stands before a server. */
const NO_PLUGIN = [400, 404, 405];

async function ensurePolicy(setup: Setup, policy: LifecyclePolicy): Promise<SetupStep> {
  const { name, body } = policy;
  const what = `lifecycle policy ${name}`;
  const path = `${ISM}/policies/${name}`;
  const stored = await ask(setup, { method: 'GET', path, nullOn: [404] }, what, setup.signal);
  const is = stored === null ? '' : deletionAge(field(stored, 'policy'));
  const should = deletionAge(body.policy);
  if (is === should) return { what, change: 'none', details: [] };
  const details = [`deletes at the age of ${should}${stored === null ? '' : `, not ${is || 'never'}`}`];
  const change = stored === null ? 'create' : 'update';
  if (!setup.dryRun) await putPolicy(setup, policy, stored);
  return { what, change, details };
}

/** For new indices by the policy's own template, and for those that are there already. */
async function putPolicy(
  setup: Setup,
  { name, table, body }: LifecyclePolicy,
  stored: unknown,
): Promise<void> {
  const what = `lifecycle policy ${name}`;
  const path = `${ISM}/policies/${name}`;
  const same = { if_seq_no: sequence(stored, '_seq_no'), if_primary_term: sequence(stored, '_primary_term') };
  const query = stored === null ? {} : same;
  await ask(setup, { method: 'PUT', path, query, body: JSON.stringify(body) }, what, setup.signal);
  const verb = stored === null ? 'add' : 'change_policy';
  const existing = `${ISM}/${verb}/${indexPattern(table, setup.settings.indexPrefix)}`;
  const content = JSON.stringify({ policy_id: name });
  await ask(setup, { method: 'POST', path: existing, body: content }, what, setup.signal);
}

/** Of a table that is now kept for ever. */
async function removePolicy(
  setup: Setup,
  { table, name }: { readonly table: DatedTable; readonly name: string },
): Promise<readonly SetupStep[]> {
  const { settings, signal, dryRun } = setup;
  const what = `lifecycle policy ${name}`;
  const path = `${ISM}/policies/${name}`;
  if ((await ask(setup, { method: 'GET', path, nullOn: [404] }, what, signal)) === null) return [];
  if (!dryRun) {
    const pattern = indexPattern(table, settings.indexPrefix);
    await ask(setup, { method: 'POST', path: `${ISM}/remove/${pattern}` }, what, signal);
    await ask(setup, { method: 'DELETE', path }, what, signal);
  }
  return [{ what, change: 'delete', details: [`${table} are kept for ever`] }];
}

function sequence(stored: unknown, key: string): number {
  return number(at(stored, key)) ?? 0;
}
