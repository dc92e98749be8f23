// The one place that alters Kafka's topics: asks the brokers how things are, plans, and creates what is missing,
// unless something is wrong: then nothing is done, so that nobody mends half an installation.
import type { LogAdmin } from '../../kafka/log.ts';
import { type Found, type PlanOptions, planTopics, type TopicFinding } from './topicPlan.ts';
import type { WantedTopic } from './wantedTopics.ts';

/** @throws Fault as the admin does */
export async function examineTopics(
  admin: LogAdmin,
  wanted: readonly WantedTopic[],
  options: PlanOptions,
): Promise<readonly TopicFinding[]> {
  const found = new Map<string, Found>();
  for (const { topic } of wanted) {
    const state = await admin.describe(topic);
    const [place] = state === null ? [] : await admin.offsets(topic);
    found.set(topic, { state, start: place?.start ?? 0 });
  }
  return planTopics(wanted, found, options);
}

/** Another setup that is faster is no trouble: what is there afterwards is looked at again. */
export async function createTopics(admin: LogAdmin, findings: readonly TopicFinding[]): Promise<void> {
  const specs = findings.flatMap((finding) => (finding.finding === 'missing' ? [finding.spec] : []));
  if (specs.length > 0) await admin.create(specs);
}
