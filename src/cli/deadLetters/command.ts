// `netpol-drift dead-letters`: what the workers could not use, for the person who mends it.
import type { Config } from '../../config.ts';
import { connectKafka } from '../../kafka/client/connect.ts';
import type { Log } from '../../kafka/log.ts';
import { EXIT, Fault } from '../../model/fault.ts';
import type { JsonObject } from '../../model/json.ts';
import { logicalName, readIndexName } from '../../stores/opensearch/indexNames.ts';
import { type OpenSearchStore, openDocumentStore } from '../../stores/opensearch/store.ts';
import {
  type Destinations,
  letterAt,
  type LetterPlace,
  newestLetters,
  type Retried,
  retryLetter,
} from '../../workers/deadLetters/desk.ts';
import { createLineOutput } from '../evaluate/lineOutput.ts';
import { sayTrouble } from '../publish/sayTrouble.ts';
import type { Settings } from '../../workers/settings.ts';
import { settingsOf } from '../work/settingsOf.ts';
import { letterJson, listedJson, retriedJson } from './letterJson.ts';
import { choiceOf, formatOf, isChosen, placeOf, placeText, type RawLetterOptions } from './options.ts';
import { renderLetter, renderList, retriedText } from './render.ts';

/** @throws Fault */
export async function runList(raw: RawLetterOptions, config: Config): Promise<number> {
  const choice = choiceOf(raw);
  const format = formatOf(raw.format, ['text', 'json']);
  const output = createLineOutput(process.stdout);
  return withDeadLetters(config, async (log, topic) => {
    const letters = await newestLetters(log, topic, choice.limit, isChosen(choice));
    const isCut = letters.length === choice.limit;
    await output.write(
      format === 'json'
        ? letters.map(listedJson).map(line).join('')
        : renderList(topic, letters, isCut, config),
    );
    return EXIT.fine;
  });
}

/** @throws Fault `usage` when there is no such letter */
export async function runShow(given: string, raw: RawLetterOptions, config: Config): Promise<number> {
  const place = placeOf(given);
  const format = formatOf(raw.format, ['text', 'json', 'raw']);
  const output = createLineOutput(process.stdout);
  return withDeadLetters(config, async (log, topic) => {
    const letter = await letterAt(log, topic, place);
    if (letter === null) throw new Fault('usage', absent(topic, place));
    if (format === 'raw') process.stdout.write(letter.letter.value ?? '');
    else await output.write(format === 'json' ? line(letterJson(letter)) : renderLetter(letter, config));
    return EXIT.fine;
  });
}

/**
 * Of the places given, else of the newest that stage and reason choose. One that cannot be sent keeps no other back.
 * @returns `trouble` when one could not be sent
 * @throws Fault
 */
export async function runRetry(
  given: readonly string[],
  raw: RawLetterOptions,
  config: Config,
): Promise<number> {
  const choice = choiceOf(raw);
  const format = formatOf(raw.format, ['text', 'json']);
  if (given.length === 0 && choice.reason === '')
    throw new Fault('usage', 'which? name letters as dead-letters list shows them, or --reason');
  const named = given.map(placeOf);
  const output = createLineOutput(process.stdout);
  return withDeadLetters(config, async (log, topic, settings) => {
    // Chosen ones oldest first, as they came.
    const places =
      named.length > 0
        ? named
        : (await newestLetters(log, topic, choice.limit, isChosen(choice))).toReversed();
    if (places.length === 0)
      await output.write(format === 'json' ? '' : `no such dead letters in ${topic}\n`);
    const store = openDocumentStore(settings.openSearch, sayTrouble);
    const destinations = destinationsOf(log, store, settings);
    let failed = 0;
    try {
      for (const place of places) {
        const letter = await letterAt(log, topic, place);
        const result: Retried =
          letter === null
            ? { outcome: 'refused', why: absent(topic, place) }
            : await retryLetter(destinations, letter);
        if (result.outcome === 'refused') failed += 1;
        await output.write(
          format === 'json' ? line(retriedJson(place, result)) : `${retriedText(place, result)}\n`,
        );
      }
    } finally {
      await store.close();
    }
    return failed === 0 ? EXIT.fine : EXIT.trouble;
  });
}

/** Nothing is sent yet. */
function destinationsOf(
  log: Log,
  store: OpenSearchStore,
  { normalise, openSearch: { indexPrefix } }: Settings,
): Destinations {
  const never = new AbortController().signal;
  return {
    sender: log.sender,
    rawTopics: normalise.rawTopics.map(({ topic }) => topic),
    isIndex: (index) => readIndexName(index, indexPrefix) !== null,
    write: (document) =>
      store.write([{ ...document, _index: logicalName(document._index, indexPrefix) }], never),
  };
}

async function withDeadLetters(
  config: Config,
  work: (log: Log, topic: string, settings: Settings) => Promise<number>,
): Promise<number> {
  const settings = settingsOf(config);
  const log = connectKafka(settings.kafka, sayTrouble);
  try {
    return await work(log, settings.topics.deadLetters, settings);
  } finally {
    await log.close();
  }
}

function absent(topic: string, place: LetterPlace): string {
  return `${topic} holds no dead letter ${placeText(place)} (any more)`;
}

function line(json: JsonObject): string {
  return `${JSON.stringify(json)}\n`;
}
