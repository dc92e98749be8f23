// `netpol-drift manifests`: publishes a folder of manifests and who committed them to the policy log, so that the
// workers can say where the cluster is not as the repository wants it.
import type { Config } from '../../config.ts';
import { RENDER_FIRST, loadManifests } from '../../manifests/load.ts';
import { type HistoryState, readHistory } from '../../manifests/history.ts';
import { EXIT, Fault } from '../../model/fault.ts';
import { createLineOutput } from '../evaluate/lineOutput.ts';
import { withPolicyTopic } from '../publish/openPolicyTopic.ts';
import { type PublishedManifests, publishManifests } from './publishManifests.ts';

/** As commander gives them. */
export interface RawManifestsOptions {
  readonly path?: readonly string[];
  readonly cluster?: string;
  readonly dryRun?: boolean;
  readonly format?: string;
}

const OPTION = '--path';

/**
 * @returns the exit code
 * @throws Fault `input-broken` when a manifest cannot be read: published without it, it would seem to have left
 *   the folder; and as reading and Kafka do
 */
export async function runManifests(raw: RawManifestsOptions, config: Config): Promise<number> {
  const { path = [], cluster = '', dryRun = false, format = 'text' } = raw;
  if (path.length === 0) throw new Fault('usage', `nothing to publish: pass ${OPTION} FOLDER`);
  if (format !== 'text' && format !== 'json')
    throw new Fault('usage', `--format ${format}: unknown; one of text, json`);
  const { objects, problems, ignored } = await loadManifests(path, { option: OPTION, templates: 'ignored' });
  for (const { source, message } of problems) say(`${source}: ${message}`);
  if (problems.length > 0)
    throw new Fault(
      'input-broken',
      'nothing was published: mend what cannot be read, or pass the folders beside it',
    );
  const templates = ignored.filter(({ message }) => message.endsWith(RENDER_FIRST)).length;
  if (templates > 0) say(`${templates} files passed over: templates; ${RENDER_FIRST}`);
  const history = await readHistory(path, { option: OPTION });
  if (history.state !== 'read') say(HISTORY[history.state]);
  const published = await withPolicyTopic(config, cluster, (topic, named) =>
    publishManifests(topic, { objects, history, cluster: named, dryRun }),
  );
  await createLineOutput(process.stdout).write(
    format === 'json'
      ? `${JSON.stringify({ ...published, history: history.state, dryRun })}\n`
      : manifestsText(published, dryRun),
  );
  return EXIT.fine;
}

const HISTORY: Readonly<Record<Exclude<HistoryState, 'read'>, string>> = {
  shallow:
    'the clone is shallow: older commits are unknown, those published before stay (fetch-depth: 0 has them all)',
  'no-git': 'there is no git here: commits are unknown, those published before stay',
  'no-work-tree': 'in no Git work tree: commits are unknown, those published before stay',
};

function say(message: string): void {
  process.stderr.write(`${message}\n`);
}

function manifestsText({ policies, altered, gone, records }: PublishedManifests, dryRun: boolean): string {
  if (records === 0) return `${policies} policies in the manifests: the policy log knew all of it\n`;
  const verb = dryRun ? 'would be published' : 'published';
  return `${policies} policies in the manifests: ${altered} new or altered, ${gone} gone; ${records} records ${verb}\n`;
}
