// `netpol-drift snapshot`: publishes the policies as kubectl lists them to the policy log, so that workers know
// what was in force before the audit log begins.
import type { Config } from '../../config.ts';
import { loadManifests } from '../../manifests/load.ts';
import { EXIT, Fault } from '../../model/fault.ts';
import { createLineOutput } from '../evaluate/lineOutput.ts';
import { withPolicyTopic } from '../publish/openPolicyTopic.ts';
import { publishSnapshot, type SnapshotAccount } from './publishSnapshot.ts';

/** As commander gives them. */
export interface RawSnapshotOptions {
  readonly file?: readonly string[];
  readonly cluster?: string;
  readonly dryRun?: boolean;
  readonly format?: string;
}

/** Lines about what cannot be read, before the rest is one number. */
const MAX_COMPLAINTS = 20;

/**
 * @returns the exit code: `trouble` when something could not be read; the rest is published all the same
 * @throws Fault as reading and Kafka do
 */
export async function runSnapshot(raw: RawSnapshotOptions, config: Config): Promise<number> {
  const { file = ['-'], cluster = '', dryRun = false, format = 'text' } = raw;
  if (format !== 'text' && format !== 'json')
    throw new Fault('usage', `--format ${format}: unknown; one of text, json`);
  const { objects, problems } = await loadManifests(file, { option: '--file', stdin: 'read' });
  for (const { source, message } of problems.slice(0, MAX_COMPLAINTS)) say(`${source}: ${message}`);
  if (problems.length > MAX_COMPLAINTS) say(`${problems.length - MAX_COMPLAINTS} more that cannot be read`);
  if (objects.length === 0 && problems.length > 0)
    throw new Fault('input-broken', 'nothing was published: the snapshot holds no object that can be read');
  // What could not be read may be any policy, so nothing is said to be absent.
  const complete = problems.length === 0;
  const account = await withPolicyTopic(config, cluster, (topic, named) =>
    publishSnapshot(topic, { objects, complete, cluster: named, dryRun }),
  );
  await createLineOutput(process.stdout).write(
    format === 'json'
      ? `${JSON.stringify({ ...account, complete, dryRun })}\n`
      : snapshotText(account, complete, dryRun),
  );
  return complete ? EXIT.fine : EXIT.trouble;
}

function say(message: string): void {
  process.stderr.write(`${message}\n`);
}

const KIND_WIDTH = 32;

function snapshotText(
  { kinds, ignored, markers }: SnapshotAccount,
  complete: boolean,
  dryRun: boolean,
): string {
  const news = dryRun ? 'would be new' : 'new';
  const lines = kinds.map(
    ({ kind, objects, added }) => `${kind.padEnd(KIND_WIDTH)}${objects} seen, ${added} ${news}`,
  );
  const other = ignored === 0 ? [] : [`${ignored} objects of other kinds, which decide nothing`];
  return [...lines, ...other, endOf(markers, complete), ''].join('\n');
}

function endOf(markers: number, complete: boolean): string {
  if (!complete)
    return 'not everything could be read: what the snapshot does not hold may exist all the same';
  return markers === 0
    ? 'the policy log knew all of it'
    : 'complete: a policy that the snapshot does not hold does not exist';
}
