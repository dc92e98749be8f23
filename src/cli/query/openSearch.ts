// OpenSearch as commands that end soon ask it: where the option or the environment says, for as long as a person waits.
import type { Config } from '../../config.ts';
import { Fault } from '../../model/fault.ts';
import type { AnswerPart } from '../../queries/catalogue/runQuery.ts';
import { checkAnyIndex } from '../../stores/opensearch/anyIndex.ts';
import { answerFromOpenSearch } from '../../stores/opensearch/answers.ts';
import { openConnection } from '../../stores/opensearch/connection.ts';
import { sayTrouble } from '../publish/sayTrouble.ts';
import { settingsOf } from '../work/settingsOf.ts';
import { withoutUser } from './commandOf.ts';

/** OpenSearch is asked again until it answers; after so long a person wants to know. */
const LIMIT_MS = 120_000;

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
  const connection = openConnection(openSearch);
  const reading = {
    connection,
    logger: sayTrouble,
    random: Math.random,
    indexPrefix: openSearch.indexPrefix,
  };
  const signal = AbortSignal.timeout(LIMIT_MS);
  try {
    await checkAnyIndex(reading, signal);
    const shown = `OpenSearch at ${openSearch.urls.map(withoutUser).join(', ')}`;
    return await ask((part) => answerFromOpenSearch(reading, part, signal), shown);
  } catch (cause) {
    if (signal.aborted && cause === signal.reason)
      throw new Fault(
        'opensearch-unavailable',
        `OpenSearch at ${openSearch.urls.join(', ')} does not answer; is OPENSEARCH_URL right?`,
      );
    throw cause;
  } finally {
    await connection.close();
  }
}
