// What an installation leaves on servers that others use, too: all that bears its name is deleted.
import kafkajs, { type Admin } from 'kafkajs';
import { at, field } from '../../../src/model/json.ts';
import { eventually } from '../eventually.ts';

/** A worker that was killed stays a member until its session has timed out, and its group is kept until then. */
const GROUPS_EMPTY = { withinMs: 30_000, everyMs: 500 };

/** @param prefix of the names */
export async function deleteTopicsAndGroups(kafka: string, prefix: string): Promise<void> {
  const logLevel = kafkajs.logLevel.NOTHING;
  const admin = new kafkajs.Kafka({ brokers: kafka.split(','), logLevel }).admin();
  await admin.connect();
  try {
    const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(prefix));
    if (topics.length > 0) await admin.deleteTopics({ topics });
    await eventually(() => deleteGroups(admin, prefix), GROUPS_EMPTY);
  } finally {
    await admin.disconnect();
  }
}

async function deleteGroups(admin: Admin, prefix: string): Promise<void> {
  const { groups } = await admin.listGroups();
  const own = groups.map(({ groupId }) => groupId).filter((groupId) => groupId.startsWith(prefix));
  if (own.length > 0) await admin.deleteGroups(own);
}

/** @param prefix of the names */
export async function deleteIndices(url: string, prefix: string): Promise<void> {
  for (const path of [`_index_template/${prefix}*`, `${prefix}*`]) await deleted(`${url}/${path}`);
  for (const policy of await lifecyclePolicies(url))
    if (policy.startsWith(prefix)) await deleted(`${url}/_plugins/_ism/policies/${policy}`);
}

async function deleted(url: string): Promise<void> {
  const response = await fetch(url, { method: 'DELETE' });
  if (!response.ok && response.status !== 404)
    throw new Error(`DELETE ${url}: ${response.status} ${await response.text()}`);
}

/** [] where the server has no index state management. */
async function lifecyclePolicies(url: string): Promise<readonly string[]> {
  const response = await fetch(`${url}/_plugins/_ism/policies?size=1000`);
  if (!response.ok) return [];
  const found = at(await response.json(), 'policies');
  return (Array.isArray(found) ? found : [])
    .map((policy) => field(policy, '_id'))
    .filter((id) => typeof id === 'string');
}
