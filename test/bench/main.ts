// `npm run bench`: how fast the parts of the pure path are, beside JSON.parse of the same lines in the same
// process, and what a long history costs. Every run begins with empty caches and has as many lines as a quiet
// cluster gives in four hours; with a sixth of them (`-- --lines 30000`) nearly half the time of a verdict goes
// into what comes but once: first sights of conversations and minutes, and code not yet compiled. `-- --memory`
// measures the peak memory of `analyze` instead, which takes minutes. Prints and writes nothing.
import { parseArgs } from 'node:util';

import { auditLog, flowEvents, sampleLines, snapshotChanges, timelineOf } from '../support/cluster.ts';
import { historyStages } from './history.ts';
import { measureMemory } from './memory.ts';
import { isVerdictLine, purePath } from './purePath.ts';
import { readingStages } from './reading.ts';
import { timeStages, type Timing } from './rounds.ts';
import { traffic } from './traffic.ts';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    lines: { type: 'string', default: '200000' },
    versions: { type: 'string', default: '100000' },
    memory: { type: 'boolean', default: false },
    'memory-lines': { type: 'string', default: '2000000' },
  },
});

if (options.memory) await measureMemory(Number(options['memory-lines']), print);
else await measureSpeed(Number(options.rounds));

async function measureSpeed(rounds: number): Promise<void> {
  const lines = [...traffic(Number(options.lines))];
  const verdicts = lines.filter(isVerdictLine);
  const snapshot = snapshotChanges('cluster/snapshot.json');
  const audit = auditLog(sampleLines('cluster/audit.ndjson'), 'audit');
  const timeline = timelineOf('prod-eu1', snapshot, audit);

  const { bytes, stages } = await readingStages();
  print('Reading                          MB/s     lines/s');
  for (const timing of await timeStages(stages, rounds)) {
    const megabytes = bytes / (timing.microsPerItem * timing.items);
    print(`  ${timing.name.padEnd(26)}${pad(megabytes.toFixed(0), 9)}${pad(perSecond(timing), 12)}`);
  }

  const share = Math.round((100 * verdicts.length) / lines.length);
  print(`\nBelow: ${count(lines.length)} lines, ${count(verdicts.length)} verdicts`);
  printTimings(`The sample's mix, ${share} % verdicts`, await timeStages(purePath(lines, timeline), rounds));
  printTimings('Verdicts only', await timeStages(purePath(verdicts, timeline), rounds));
  const policies = { snapshot, audit };
  const { stages: history, loaded } = historyStages(
    flowEvents(verdicts, 'flows'),
    policies,
    Number(options.versions),
  );
  printTimings('Join against a history of', await timeStages(history, rounds));
  print(
    `  ${count(loaded.versions)} versions loaded in ${loaded.seconds.toFixed(1)} s, ${loaded.heapMegabytes.toFixed(0)} MB of heap`,
  );
}

function printTimings(title: string, timings: readonly Timing[]): void {
  print(`\n${title.padEnd(33)}µs        /s   × the first, run by run`);
  for (const timing of timings)
    print(
      `  ${timing.name.padEnd(26)}${pad(timing.microsPerItem.toFixed(2), 9)}${pad(perSecond(timing), 12)}${pad(timing.ratio.toFixed(2), 7)}`,
    );
}

function perSecond({ microsPerItem }: Timing): string {
  return count(Math.round(1_000_000 / microsPerItem));
}

function count(items: number): string {
  return items.toLocaleString('en');
}

function pad(text: string, width: number): string {
  return text.padStart(width);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
