// `npm run chaos -- --seed 7 --events 500000`: a run of chaos, for a person to watch. Exit code 1 when the documents
// are not the reference's in the end.
import { parseArgs } from 'node:util';
import { chaos } from './run.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6)) },
    events: { type: 'string', default: '500000' },
    mishaps: { type: 'string', default: '20' },
  },
});
const seed = Number(values.seed);
const begun = performance.now();
const say = (line: string): void =>
  console.log(`${((performance.now() - begun) / 1000).toFixed(0).padStart(5)} s  ${line}`);
say(`seed ${seed}`);
const result = await chaos({
  seed,
  events: Number(values.events),
  mishaps: Number(values.mishaps),
  openSearchKills: 2,
  settleWithinMs: 600_000,
  say,
});
for (const difference of result.differences.slice(0, 10)) console.log(difference);
say(
  `seed ${seed}: ${result.events} events, ${result.mishaps.length} mishaps, ${result.differences.length} differences`,
);
process.exitCode = result.differences.length === 0 ? 0 : 1;
