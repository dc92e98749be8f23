// Settings that are each fine and together are not: a worker must not start with them, since it would lose data,
// wait for ever, or do something else than what was meant. Pure: settings in, sentences out.
import { type GateSettings, gateProblems } from '../../join/gate.ts';
import type { KafkaSettings } from '../../kafka/settings.ts';
import type { OpenSearchSettings } from '../../stores/opensearch/settings.ts';
import type { Topics } from '../topics.ts';
import { KAFKA, NAMES, OPENSEARCH } from './connections.ts';
import type { SettingsReader } from './reading.ts';
import { FEEDS, GATE, JOIN } from './work.ts';

export function refuseConnections(
  { isSet, refuse }: SettingsReader,
  kafka: KafkaSettings,
  openSearch: OpenSearchSettings,
): void {
  const { ca, cert, key, saslMechanism, username, password } = KAFKA;
  for (const setting of [ca, cert, key])
    if (kafka.tls === null && isSet(setting))
      refuse(`${setting.name} is set, but ${KAFKA.tls.name} is not true: nothing would be encrypted`);
  if (isSet(cert) !== isSet(key)) refuse(`${cert.name} and ${key.name}: set both or neither`);
  for (const setting of [username, password]) {
    if (kafka.sasl === null && isSet(setting))
      refuse(`${setting.name} is set, but ${saslMechanism.name} is not: it would not be used`);
    if (kafka.sasl !== null && !isSet(setting))
      refuse(`${saslMechanism.name} is ${kafka.sasl.mechanism}: ${setting.name} is needed, too`);
  }
  if (isSet(OPENSEARCH.username) !== isSet(OPENSEARCH.password))
    refuse(`${OPENSEARCH.username.name} and ${OPENSEARCH.password.name}: set both or neither`);
  const plain = openSearch.urls.find((url) => url.startsWith('http:'));
  if (plain !== undefined && isSet(OPENSEARCH.ca))
    refuse(`${OPENSEARCH.ca.name} is set, but ${plain} is not https: nothing would be encrypted`);
}

export function refuseTopics({ refuse }: SettingsReader, raw: readonly string[], topics: Topics): void {
  const ours = new Set(Object.values<string>({ ...topics }));
  for (const topic of new Set(raw)) {
    if (ours.has(topic))
      refuse(`${topic} is a topic of ours (${NAMES.topicPrefix.name}) and cannot be a raw one, too`);
    if (raw.filter((one) => one === topic).length > 1)
      refuse(
        `${topic} is named more than once in ${NAMES.flowTopics.name} and ${NAMES.auditTopics.name}: one topic holds one feed of one setting`,
      );
  }
}

/** What the gate calls its settings, and what they are called in the environment. */
const GATE_NAMES: Readonly<Record<keyof GateSettings, string>> = {
  clockSkewMs: JOIN.clockSkewMs.name,
  maxWaitMs: GATE.maxWaitMs.name,
  disorderMs: `${FEEDS.disorderMs.name} (or ${FEEDS.auditBackend.name})`,
  heartbeatMs: FEEDS.heartbeatMs.name,
  bytes: GATE.bytes.name,
  clusters: GATE.clusters.name,
};

export function refuseWaiting({ refuse }: SettingsReader, gate: GateSettings, idleTimeoutMs: number): void {
  for (const problem of gateProblems(gate))
    refuse(problem.replaceAll(/\b[a-zA-Z]+Ms\b/g, (word) => gateName(word) ?? word));
  const slowest = gate.disorderMs + 2 * gate.heartbeatMs;
  if (idleTimeoutMs <= slowest)
    refuse(
      `${GATE.idleTimeoutMs.name} is ${idleTimeoutMs}: it must exceed the disorder bound and two heartbeats (${slowest}), or audit sources that are well would count as silent`,
    );
}

function gateName(word: string): string | undefined {
  return Object.entries(GATE_NAMES).find(([name]) => name === word)?.[1];
}
