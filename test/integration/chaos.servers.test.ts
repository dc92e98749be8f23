// Chaos, the short form: each mishap once while a few thousand events flow. The long form is `npm run chaos`.
import { describe, expect, it } from 'vitest';
import { MISHAPS } from '../chaos/mishaps.ts';
import { chaos } from '../chaos/run.ts';
import { whyNotStarted } from '../support/servers/servers.ts';

const SEED = 20_261_101;
const EVENTS = 8_000;
const LIMIT_MS = 900_000;

const reason = (await whyNotStarted('kafka')) ?? (await whyNotStarted('opensearch'));

describe.skipIf(reason !== null)(`every mishap once, seed ${SEED}`, () => {
  it('leaves the documents that analyze writes', { timeout: LIMIT_MS }, async () => {
    const told: string[] = [`seed ${SEED}`];
    const { differences, workers } = await chaos({
      seed: SEED,
      events: EVENTS,
      mishaps: MISHAPS,
      settleWithinMs: LIMIT_MS / 3,
      unchangedMs: 120_000,
      say: (line) => told.push(line),
    });
    if (differences.length > 0) console.log([...told, ...workers].join('\n'));
    expect(differences.slice(0, 5)).toEqual([]);
  });
});
