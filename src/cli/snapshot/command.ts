// `netpol-drift snapshot`: publishes the policies as kubectl lists them to the policy log, so that workers know
// what was in force before the audit log begins.
import type { Config } from '../../config.ts';
import { loadManifests, NO_OBJECT } from '../../manifests/load.ts';
import { EXIT, Fault } from '../../model/fault.ts';
import type { SnapshotInspection } from '../../model/inspection.ts';
import { KUBECTL_SNAPSHOT } from '../../report/snapshotCommand.ts';
import { heldText } from '../../report/snapshotHeld.ts';
import { visible } from '../../report/terminal/visible.ts';
import { counted } from '../../report/terminal/wording.ts';
import { inspectSnapshot } from '../../sources/inspectSnapshot.ts';
import { givenName } from '../analyze/snapshot.ts';
import { createLineOutput } from '../evaluate/lineOutput.ts';
import { withPolicyTopic } from '../publish/openPolicyTopic.ts';
import { publishSnapshot, type SnapshotAccount } from './publishSnapshot.ts';

/** As commander gives them. */
export interface RawSnapshotOptions {
  readonly file?: readonly string[];
  readonly cluster?: string;
  readonly dryRun?: boolean;
  readonly allowNoPolicies?: boolean;
  readonly format?: string;
}

/** Lines about what cannot be read, before the rest is one number. */
const MAX_COMPLAINTS = 20;

/**
 * A snapshot without a policy would declare every policy gone, and is far more often another file than a cluster
 * without policies: it takes an option.
 * @returns the exit code: `trouble` when something could not be read; the rest is published all the same
 * @throws Fault as reading and Kafka do
 */
export async function runSnapshot(raw: RawSnapshotOptions, config: Config): Promise<number> {
  const { file = ['-'], cluster = '', dryRun = false, allowNoPolicies = false, format = 'text' } = raw;
  if (format !== 'text' && format !== 'json')
    throw new Fault('usage', `--format ${format}: unknown; one of text, json`);
  const loaded = await loadManifests(file, { option: '--file', stdin: 'read' });
  const { objects } = loaded;
  const problems = loaded.problems.filter(({ message }) => !(allowNoPolicies && message === NO_OBJECT));
  for (const { source, message } of problems.slice(0, MAX_COMPLAINTS)) say(`${source}: ${message}`);
  if (problems.length > MAX_COMPLAINTS) say(`${problems.length - MAX_COMPLAINTS} more that cannot be read`);
  if (objects.length === 0 && problems.length > 0)
    throw new Fault(
      'input-broken',
      'nothing was published: the snapshot holds no object that can be read ' +
        '(for a cluster that has no policy: --allow-no-policies)',
    );
  const held = inspectSnapshot(objects.map(({ object }) => object));
  if (held.policies === 0 && !allowNoPolicies) throw new Fault('input-broken', noPolicyText(file, held));
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

function noPolicyText(file: readonly string[], held: SnapshotInspection): string {
  const name = givenName(file, file.length > 1 ? '--file' : 'standard input');
  return (
    `${visible(name)} holds ${heldText(held)}: nothing was published, since it would declare every policy gone; ` +
    `take the snapshot with ${KUBECTL_SNAPSHOT.replace(/ > .*$/, '')}, ` +
    'or pass --allow-no-policies for a cluster that has none'
  );
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
  const other =
    ignored === 0
      ? []
      : [
          `${counted(ignored, 'object')} of other kinds, which ${ignored === 1 ? 'decides' : 'decide'} nothing`,
        ];
  return [...lines, ...other, endOf(markers, complete), ''].join('\n');
}

function endOf(markers: number, complete: boolean): string {
  if (!complete)
    return 'not everything could be read: what the snapshot does not hold may exist all the same';
  return markers === 0
    ? 'the policy log knew all of it'
    : 'complete: a policy that the snapshot does not hold does not exist';
}
