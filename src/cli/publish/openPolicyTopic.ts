// Opens the policy log for a command that publishes to it, and closes it whatever happens.
import type { Config } from '../../config.ts';
import { connectKafka } from '../../kafka/client/connect.ts';
import { Fault } from '../../model/fault.ts';
import { readEventCodec } from '../eventCodec.ts';
import { settingsOf } from '../work/settingsOf.ts';
import type { PolicyTopic } from './policyTopic.ts';
import { sayTrouble } from './sayTrouble.ts';

/**
 * @param given `--cluster`; '' = as CLUSTER says
 * @throws Fault `settings`, `usage` when no cluster is named, and what `work` throws
 */
export async function withPolicyTopic<T>(
  config: Config,
  given: string,
  work: (topic: PolicyTopic, cluster: string) => Promise<T>,
): Promise<T> {
  const { kafka, topics, normalise, policyLog } = settingsOf(config);
  const cluster = given || normalise.cluster;
  if (cluster === '')
    throw new Fault(
      'usage',
      'which cluster? pass --cluster NAME or set CLUSTER: the name before the / in the node_name of Hubble’s flows (Cilium’s own default is `default`)',
    );
  const log = connectKafka(kafka, sayTrouble);
  try {
    return await work(
      { log, topic: topics.policyChanges, codec: readEventCodec(), skipOffsets: policyLog.skipOffsets },
      cluster,
    );
  } finally {
    await log.close();
  }
}
