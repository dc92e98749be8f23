// `npm run bench:policies`: what the number of policies in force costs. A decision for a conversation seen before
// must not cost more under 10,000 policies than under 10; one that is new, with labels that are new, costs what
// the policies of its namespace cost; and `evaluate` over many flows. Prints and writes nothing.
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { answerOf } from '../../src/cli/evaluate/answer.ts';
import { createEvaluator } from '../../src/cli/evaluate/evaluator.ts';
import { createFlowLineReader } from '../../src/cli/evaluate/flowLines.ts';
import { policySet } from '../../src/cli/evaluate/policySet.ts';
import { surroundingsOf } from '../../src/cli/evaluate/surroundings.ts';
import { JOIN_DEFAULTS } from '../../src/join/enriched.ts';
import { createJudge, type Judge } from '../../src/join/judge.ts';
import type { FlowEvent } from '../../src/model/event.ts';
import { snapshotEvents } from '../../src/normalise/snapshot.ts';
import type { TimelineReader } from '../../src/timeline/reader.ts';
import { flowEvents, timelineOf } from '../support/cluster.ts';
import { manyConversations, manyPolicies } from './manyPolicies.ts';
import { type Stage, timeStages } from './rounds.ts';

const COUNTS = [10, 1_000, 10_000] as const;
const CONVERSATIONS = 2_000;
/** Of all conversations, in one stage. */
const SEEN_PASSES = 10;
const EVALUATE_POLICIES = 500;

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '60' },
    /** Processes for each number of policies. */
    repeats: { type: 'string', default: '3' },
    flows: { type: 'string', default: '1000000' },
    /** Measure under so many policies only, and print the result as JSON. */
    only: { type: 'string' },
  },
});

if (options.only === undefined) {
  printDecisions();
  printEvaluate(Number(options.flows));
} else {
  const scene = sceneOf(Number(options.only));
  const timings = await timeStages([seenStage(scene), newStage(scene)], Number(options.rounds));
  print(JSON.stringify(timings.map(({ leastMicrosPerItem }) => leastMicrosPerItem)));
}

/**
 * Each number of policies has processes of its own, in turn: in one process the heaps of all would lie mixed. The
 * least of all rounds is told, since whatever else the machine does can only add to it.
 */
function printDecisions(): void {
  const least = COUNTS.map(() => [Infinity, Infinity]);
  for (let repeat = 0; repeat < Number(options.repeats); repeat += 1)
    for (const [index, count] of COUNTS.entries()) {
      const micros = measured(count);
      least[index] = (least[index] ?? []).map((best, stage) => Math.min(best, micros[stage] ?? best));
    }
  print('One decision of the join          µs   × that under 10 policies');
  for (const [stage, title] of ['seen before', 'never seen: labels of both ends are new'].entries()) {
    print(`  ${title}`);
    for (const [index, count] of COUNTS.entries()) {
      const micros = least[index]?.[stage] ?? Number.NaN;
      const ratio = micros / (least[0]?.[stage] ?? Number.NaN);
      print(`    ${`${count.toLocaleString('en')} policies`.padEnd(20)}${column(micros)}${column(ratio)}`);
    }
  }
}

/**
 * Microseconds per decision: seen before, never seen. The process may not collect garbage at will: sweeping goes on
 * beside what is measured, for longer in a larger heap.
 */
function measured(count: number): readonly number[] {
  const args = [import.meta.filename, '--rounds', options.rounds, '--only', String(count)];
  const result: unknown = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
  if (!Array.isArray(result)) throw new Error('the measuring process printed no list');
  return result.map(Number);
}

interface Scene {
  readonly policies: number;
  readonly timeline: TimelineReader;
  readonly events: readonly FlowEvent[];
}

function sceneOf(policies: number): Scene {
  const changes = snapshotEvents(
    manyPolicies(policies).map((object) => ({ object, source: 'bench' })),
    { cluster: 'bench', complete: true },
  ).flatMap((outcome) => (outcome.outcome === 'accepted' ? [outcome.value] : []));
  const timeline = timelineOf('bench', changes, { events: [], covered: [] });
  // Histories are built when first asked for: that is not a decision's cost.
  timeline.changes();
  const events = flowEvents(manyConversations(CONVERSATIONS, policies), 'bench');
  if (timeline.policies().length !== policies || events.length !== CONVERSATIONS)
    throw new Error('the timeline or the normaliser refused some of the benchmark');
  return { policies, timeline, events };
}

function seenStage({ policies, timeline, events }: Scene): Stage {
  const judge = createJudge(timeline, JOIN_DEFAULTS);
  decideAll(judge, events, 1);
  return {
    name: `${policies.toLocaleString('en')} policies`,
    items: events.length * SEEN_PASSES,
    run: () => decideAll(judge, events, SEEN_PASSES),
  };
}

function newStage({ policies, timeline, events }: Scene): Stage {
  return {
    name: `${policies.toLocaleString('en')} policies`,
    items: events.length,
    run: () => decideAll(createJudge(timeline, JOIN_DEFAULTS), events, 1),
  };
}

function decideAll(judge: Judge, events: readonly FlowEvent[], repetitions: number): void {
  let declared = 0;
  for (let round = 0; round < repetitions; round += 1)
    for (const event of events)
      if (judge.at(judge.view(event), event.observedAt).decision.declared !== 'unknown') declared += 1;
  if (declared !== events.length * repetitions) throw new Error('some decision is unknown');
}

function column(value: number): string {
  return value.toFixed(2).padStart(10);
}

/** Bytes of lines in, text of answers out, without the disk. */
function printEvaluate(flows: number): void {
  const objects = manyPolicies(EVALUATE_POLICIES);
  const set = policySet(objects.map((object) => ({ object, source: 'bench' })));
  const evaluate = createEvaluator(set.policies, surroundingsOf(objects));
  const reader = createFlowLineReader('');
  const lines = manyConversations(CONVERSATIONS, EVALUATE_POLICIES).map((line) => Buffer.from(line));
  let answered = 0;
  const begun = performance.now();
  for (let index = 0; index < flows; index += 1) {
    const line = lines[index % lines.length] ?? Buffer.alloc(0);
    for (const { flow, line: read } of reader.read(line, 'bench').flows)
      answered += Math.sign(
        JSON.stringify(answerOf(flow, read, index + 1, { evaluate, explain: false })).length,
      );
  }
  const seconds = (performance.now() - begun) / 1_000;
  if (answered !== flows) throw new Error('some flow has no answer');
  const rate = Math.round(flows / seconds).toLocaleString('en');
  print(
    `\nevaluate: ${flows.toLocaleString('en')} flows under ${EVALUATE_POLICIES} policies in ${seconds.toFixed(1)} s, ${rate} flows/s`,
  );
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
