// How `snapshot` looks on the command line.
import type { Command } from 'commander';
import type { Config } from '../../config.ts';
import { KUBECTL_SNAPSHOT } from '../../report/snapshotCommand.ts';
import { type RawSnapshotOptions, runSnapshot } from './command.ts';

const EXAMPLES = `
Examples:
  ${KUBECTL_SNAPSHOT.replace(/ > .*$/, '')} | netpol-drift snapshot --cluster prod
  netpol-drift snapshot --file policies.json --cluster prod

Only what the policy log does not hold yet is published: take it as often as you like. A snapshot is complete: it
must hold all policies of all namespaces. One that holds none is refused, unless --allow-no-policies is given.

Exit codes: 0 published, or known already, 2 wrong usage or settings, 3 trouble with input or Kafka.`;

export function addSnapshot(program: Command, config: Config, done: (code: number) => void): void {
  program
    .command('snapshot')
    .description('publishes the policies as they are now, so that older ones than the audit log are known')
    .option('--file <file...>', 'as kubectl get -o json shows them, YAML, folders, - for standard input', [
      '-',
    ])
    .option('--cluster <name>', 'of which cluster (default: the setting CLUSTER)')
    .option('--allow-no-policies', 'publish that the cluster has no policy at all')
    .option('--dry-run', 'say what would be published, and publish nothing')
    .option('--format <text|json>', 'what to print; json is one object', 'text')
    .option('--debug', 'show stack traces')
    .addHelpText('after', EXAMPLES)
    .action(async (options: RawSnapshotOptions) => {
      done(await runSnapshot(options, config));
    });
}
