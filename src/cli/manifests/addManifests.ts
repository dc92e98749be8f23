// How `manifests` looks on the command line.
import type { Command } from 'commander';
import type { Config } from '../../config.ts';
import { type RawManifestsOptions, runManifests } from './command.ts';

const EXAMPLES = `
Examples:
  netpol-drift manifests --path deploy/policies --cluster prod
  netpol-drift manifests --path shared/policies clusters/prod/policies --cluster prod

Run it in the pipeline that follows a merge, with the whole history (fetch-depth: 0). All paths of a cluster go into
one run: the newest run is what the cluster is compared with, and a policy that is in none of its paths has left.
Only differences are published. Nothing but kind, name and spec of policies, and who committed them, is.

Exit codes: 0 published, or known already, 2 wrong usage or settings, 3 a manifest or Kafka is in trouble; nothing,
or a part that does not count yet, was published then.`;

export function addManifests(program: Command, config: Config, done: (code: number) => void): void {
  program
    .command('manifests')
    .description('publishes the manifests of a repository, to compare the cluster with')
    .option('--path <path...>', 'files, folders, a Git work tree')
    .option('--cluster <name>', 'the cluster that they are meant for (default: the setting CLUSTER)')
    .option('--dry-run', 'say what would be published, and publish nothing')
    .option('--format <text|json>', 'what to print; json is one object', 'text')
    .option('--debug', 'show stack traces')
    .addHelpText('after', EXAMPLES)
    .action(async (options: RawManifestsOptions) => {
      done(await runManifests(options, config));
    });
}
