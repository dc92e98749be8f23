// `npm run chaos -- --seed 7 --events 500000`: a run of chaos, for a person to watch. Exit code 1 when the documents
// are not the reference's in the end.
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { drawMishaps } from './mishaps.ts';
import { randomOf } from './random.ts';
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
  mishaps: drawMishaps(randomOf(seed), Number(values.mishaps)),
  settleWithinMs: 1_800_000,
  unchangedMs: 150_000,
  say,
});
const counts = Object.entries(result.compared).map(([table, count]) => `${count} ${table}`);
say(
  `seed ${seed}: ${result.events} events, ${values.mishaps} mishaps; compared ${counts.join(', ')}: ${result.differences.length} differences`,
);
for (const difference of result.differences.slice(0, 10)) console.log(difference);
const file = join(tmpdir(), `netpol-drift-chaos-${seed}.log`);
writeFileSync(file, [...result.differences, ...result.workers].join('\n\n'));
say(`all differences, and what the workers said: ${file}`);
if (result.differences.length > 0) process.exitCode = 1;
