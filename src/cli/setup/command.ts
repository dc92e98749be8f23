// `netpol-drift setup`: makes Kafka and OpenSearch ready for the workers, or says what is in the way.
import type { Config } from '../../config.ts';
import { connectKafka } from '../../kafka/client/connect.ts';
import { EXIT, Fault } from '../../model/fault.ts';
import { readAlertSettings } from '../../provision/alertSettings.ts';
import { setUp } from '../../provision/setUp.ts';
import type { SetupLine } from '../../provision/setupLine.ts';
import { wantedTopics } from '../../provision/topics/wantedTopics.ts';
import { SYSTEM_CLOCK } from '../../runtime/clock.ts';
import { openConnection } from '../../stores/opensearch/connection.ts';
import { createLineOutput } from '../evaluate/lineOutput.ts';
import { sayTrouble } from '../publish/sayTrouble.ts';
import { settingsOf } from '../work/settingsOf.ts';
import { checkSetupOptions, type RawSetupOptions } from './options.ts';
import { renderSetup, setupJson } from './render.ts';

/** OpenSearch and its Dashboards are asked again until they answer; after so long a person wants to know. */
const LIMIT_MS = 120_000;

/**
 * @returns the exit code
 * @throws Fault `topic-wrong` after it has said which, and what Kafka and OpenSearch throw
 */
export async function runSetup(raw: RawSetupOptions, config: Config): Promise<number> {
  const { dryRun, prune, monitors, dashboards, replication, partitions, format } = checkSetupOptions(raw);
  const alerts = monitors ? readAlertSettings(config.environment) : null;
  const { topics, normalise, kafka, openSearch } = settingsOf(config);
  const log = connectKafka(kafka, sayTrouble);
  const connection = openConnection(openSearch);
  const signal = AbortSignal.timeout(LIMIT_MS);
  const topicsOfFeed = (wanted: 'flows' | 'audit'): readonly string[] =>
    normalise.rawTopics.filter(({ feed }) => feed === wanted).map(({ topic }) => topic);
  try {
    const lines = await setUp({
      admin: log.admin,
      topics: wantedTopics({
        topics,
        flowTopics: topicsOfFeed('flows'),
        auditTopics: topicsOfFeed('audit'),
        partitions,
      }),
      plan: { replication, brokers: kafka.brokers.join(',') },
      openSearch: {
        connection,
        logger: sayTrouble,
        random: Math.random,
        settings: openSearch,
        dryRun,
        signal,
      },
      clock: SYSTEM_CLOCK,
      prune,
      alerts,
      dashboards,
      limitMs: LIMIT_MS,
    });
    await createLineOutput(process.stdout).write(
      format === 'json' ? setupJson(lines, dryRun) : renderSetup(lines, dryRun),
    );
    complain(lines);
    return EXIT.fine;
  } catch (cause) {
    if (signal.aborted && cause === signal.reason)
      throw new Fault(
        'opensearch-unavailable',
        `OpenSearch at ${openSearch.urls.join(', ')} does not answer`,
      );
    throw cause;
  } finally {
    await Promise.all([log.close(), connection.close()]);
  }
}

/** @throws Fault where a line says that something is wrong */
function complain(lines: readonly SetupLine[]): void {
  const wrong = lines.filter(({ state }) => state === 'wrong');
  if (wrong.length === 0) return;
  const things = wrong.length === 1 ? 'one thing' : `${wrong.length} things`;
  if (wrong.some(({ what }) => what.startsWith('topic ')))
    throw new Fault('topic-wrong', `setup has changed nothing: ${things} above must be mended first`);
  throw new Fault('opensearch-refused', `${things} above must be mended; the rest is done`);
}
