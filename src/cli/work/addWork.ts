// How `work` looks on the command line.
import type { Command } from 'commander';
import type { Config } from '../../config.ts';
import { runWork } from './command.ts';
import type { RawWorkOptions } from './options.ts';

const EXAMPLES = `
Examples:
  netpol-drift work
  netpol-drift work --role join
  KAFKA_BROKERS=kafka:9092 OPENSEARCH_URL=https://search:9200 netpol-drift work

  normalise  reads the raw logs and writes events and the policy log
  join       judges each verdict by the policies of its time and writes verdicts, rollups and feeds
  repair     writes changes and policies, and mends what a late change concerns; one works, others stand by

Everything else is set in the environment: docs/run-the-workers.md lists it. Run netpol-drift setup first. /livez,
/readyz and /metrics are served on HTTP_PORT (9464). SIGTERM and Ctrl-C finish what is in hand, within 10 seconds.

Exit codes: 0 stopped as told, 2 wrong usage or settings, 3 a role failed: start it anew.`;

export function addWork(program: Command, config: Config, done: (code: number) => void): void {
  program
    .command('work')
    .description('the workers: Kafka in, OpenSearch out, until they are stopped')
    .option('--role <normalise|join|repair|all>', 'which part of the work', 'all')
    .option('--debug', 'show stack traces')
    .addHelpText('after', EXAMPLES)
    .action(async (options: RawWorkOptions) => {
      done(await runWork(options, program.version() ?? '', config));
    });
}
