// OpenSearch as commands that end soon ask it: where the option or the environment says, for as long as a person waits.
import type { Config } from '../../config.ts';
import { Fault } from '../../model/fault.ts';
import type { AnswerPart } from '../../queries/catalogue/runQuery.ts';
import { checkAnyIndex } from '../../stores/opensearch/anyIndex.ts';
import { answerFromOpenSearch } from '../../stores/opensearch/answers.ts';
import { openConnection } from '../../stores/opensearch/connection.ts';
import { visible } from '../../report/terminal/visible.ts';
import { settingsOf } from '../work/settingsOf.ts';
import { awaited } from './awaited.ts';
import { withoutUser } from './commandOf.ts';

/** For one that is slow, or not ready yet. */
const LIMIT_MS = 120_000;
/** After so long a person wonders. */
const SLOW_MS = 5_000;

/**
 * @param url of the option; '' = as the environment says
 * @param ask is told how to ask, and what is asked as it may be shown: the addresses without a password
 * @throws Fault `opensearch-refused`, `opensearch-unavailable`, `settings`, and whatever `ask` throws
 */
export async function withOpenSearch<T>(
  url: string,
  { environment }: Config,
  ask: (answerPart: AnswerPart, shown: string) => Promise<T>,
): Promise<T> {
  const told = url === '' ? [] : [['OPENSEARCH_URL', url] as const];
  const { openSearch } = settingsOf({ environment: new Map([...environment, ...told]) });
  const shown = `OpenSearch at ${openSearch.urls.map(withoutUser).join(', ')}`;
  const connection = awaited(openConnection(openSearch), { shown, slowMs: SLOW_MS, say });
  const reading = {
    connection,
    // The connection says what a person has to know.
    logger: () => {},
    random: Math.random,
    indexPrefix: openSearch.indexPrefix,
  };
  const signal = AbortSignal.timeout(LIMIT_MS);
  try {
    await checkAnyIndex(reading, signal);
    return await ask((part) => answerFromOpenSearch(reading, part, signal), shown);
  } catch (cause) {
    if (signal.aborted && cause === signal.reason)
      throw new Fault(
        'opensearch-unavailable',
        `${shown} gave no answer within ${LIMIT_MS / 60_000} minutes${connection.trouble()}; ask for less (--since, --cluster), or look at its log`,
      );
    throw cause;
  } finally {
    await connection.close();
  }
}

function say(sentence: string): void {
  process.stderr.write(`netpol-drift: ${visible(sentence)}\n`);
}
