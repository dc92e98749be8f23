// `evaluate` over files: the policies are read whole, then the flows pass by, one answer each, in their order.
import { expandInputs, type Input } from '../../files/inputs.ts';
import { MAX_RECORD_BYTES, readRecords } from '../../files/records.ts';
import { loadManifests } from '../../manifests/load.ts';
import { rejected } from '../../model/outcome.ts';
import { heldText } from '../../report/snapshotHeld.ts';
import { inspectSnapshot } from '../../sources/inspectSnapshot.ts';
import { givenName } from '../analyze/snapshot.ts';
import { type Answering, answerOf } from './answer.ts';
import type { Complaints } from './complaints.ts';
import { createEvaluator } from './evaluator.ts';
import { createFlowLineReader, type FlowLineReader } from './flowLines.ts';
import type { LineOutput } from './lineOutput.ts';
import type { EvaluateOptions } from './options.ts';
import { policySet } from './policySet.ts';
import { surroundingsOf } from './surroundings.ts';

const TOO_LONG = rejected('too-long', `more than ${MAX_RECORD_BYTES / 2 ** 20} MiB`);

export interface Reporting {
  readonly output: LineOutput;
  readonly complaints: Complaints;
}

/** @throws Fault for files that are missing, unreadable or empty */
export async function evaluateFiles(
  options: Extract<EvaluateOptions, { mode: 'files' }>,
  reporting: Reporting,
): Promise<void> {
  const inputs = await expandInputs('--flows', options.flows);
  const answering: Answering = {
    evaluate: await evaluatorOf(options.policies, reporting.complaints),
    explain: options.explain,
  };
  const reader = createFlowLineReader(options.cluster);
  for (const input of inputs) {
    if (reporting.output.closed) return;
    const file = inputs.length > 1 ? { file: input.path } : {};
    await evaluateInput(input, reader, reporting, (flows, line) =>
      flows
        .map(
          ({ flow, line: read }) =>
            `${JSON.stringify({ ...file, ...answerOf(flow, read, line, answering) })}\n`,
        )
        .join(''),
    );
  }
}

async function evaluatorOf(paths: readonly string[], complaints: Complaints) {
  const { objects, problems } = await loadManifests(paths);
  for (const { source, message } of problems) complaints.manifest(source, message);
  const set = policySet(objects);
  complaints.policies(set);
  if (set.policies.length === 0 && set.refused.length === 0)
    complaints.noPolicy(
      `${givenName(paths)} holds ${heldText(inspectSnapshot(objects.map(({ object }) => object)))}`,
    );
  return createEvaluator(set.policies, surroundingsOf(objects.map(({ object }) => object)));
}

type Answers = (flows: ReturnType<FlowLineReader['read']>['flows'], line: number) => string;

/** Writes once for each chunk read: answers are on their way before the input ends, and memory stays flat. */
async function evaluateInput(
  input: Input,
  reader: FlowLineReader,
  { output, complaints }: Reporting,
  answers: Answers,
): Promise<void> {
  const source = input.path;
  let last = 0;
  for await (const batch of readRecords(input, {
    onOverlong: (_part, line, isLast) => {
      if (isLast) complaints.line(source, line, TOO_LONG);
    },
  })) {
    let text = '';
    for (const { bytes, line } of batch) {
      const { flows, withoutDirection, rejected } = reader.read(bytes, source);
      for (const one of rejected) complaints.line(source, line, one);
      complaints.withoutDirection(withoutDirection);
      text += answers(flows, line);
      last = line;
    }
    await output.write(text);
    if (output.closed) return;
  }
  for (const one of reader.finish(source)) complaints.line(source, last, one);
}
