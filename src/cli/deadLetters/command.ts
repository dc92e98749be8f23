// `netpol-drift dead-letters`: what the workers could not use, for the person who mends it.
import type { Config } from '../../config.ts';
import { connectKafka } from '../../kafka/client/connect.ts';
import type { Log } from '../../kafka/log.ts';
import { EXIT, Fault } from '../../model/fault.ts';
import type { JsonObject } from '../../model/json.ts';
import { letterAt, type LetterPlace, newestLetters, retryLetter } from '../../workers/deadLetters/desk.ts';
import { createLineOutput } from '../evaluate/lineOutput.ts';
import { sayTrouble } from '../publish/sayTrouble.ts';
import { settingsOf } from '../work/settingsOf.ts';
import { letterJson, listedJson } from './letterJson.ts';
import { choiceOf, formatOf, isChosen, placeOf, placeText, type RawLetterOptions } from './options.ts';
import { renderLetter, renderList } from './render.ts';

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
  return withDeadLetters(config, async (log, topic) => {
    // Chosen ones oldest first, as they came.
    const places =
      named.length > 0
        ? named
        : (await newestLetters(log, topic, choice.limit, isChosen(choice))).toReversed();
    let failed = 0;
    for (const place of places) {
      const told = await retryOne(log, topic, place);
      if (!told.sent) failed += 1;
      await output.write(format === 'json' ? line(told.json) : `${told.text}\n`);
    }
    if (places.length === 0)
      await output.write(format === 'json' ? '' : `no such dead letters in ${topic}\n`);
    return failed === 0 ? EXIT.fine : EXIT.trouble;
  });
}

interface Told {
  readonly sent: boolean;
  readonly text: string;
  readonly json: JsonObject;
}

async function retryOne(log: Log, topic: string, { partition, offset }: LetterPlace): Promise<Told> {
  const name = placeText({ partition, offset });
  const letter = await letterAt(log, topic, { partition, offset });
  const result = letter === null ? null : await retryLetter(log, letter);
  if (result?.outcome === 'sent') {
    const to = { topic: result.topic, partition: result.partition, offset: result.offset };
    const text = `${name}  sent to ${to.topic}/${to.partition} offset ${to.offset}`;
    return { sent: true, text, json: { partition, offset, outcome: 'sent', to } };
  }
  const why = result?.why ?? absent(topic, { partition, offset });
  return {
    sent: false,
    text: `${name}  not sent: ${why}`,
    json: { partition, offset, outcome: 'refused', why },
  };
}

async function withDeadLetters(
  config: Config,
  work: (log: Log, topic: string) => Promise<number>,
): Promise<number> {
  const { kafka, topics } = settingsOf(config);
  const log = connectKafka(kafka, sayTrouble);
  try {
    return await work(log, topics.deadLetters);
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
