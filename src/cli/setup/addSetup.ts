// How `setup` looks on the command line.
import type { Command } from 'commander';
import type { Config } from '../../config.ts';
import { runSetup } from './command.ts';
import type { RawSetupOptions } from './options.ts';

const EXAMPLES = `
Examples:
  netpol-drift setup --dry-run
  netpol-drift setup --replication 3 --partitions 24
  netpol-drift setup --prune
  ALERT_CLUSTERS=prod ALERT_CHANNEL=oncall netpol-drift setup --monitors
  netpol-drift setup --dashboards https://dashboards:5601

Where Kafka and OpenSearch are is set in the environment (KAFKA_BROKERS, OPENSEARCH_URL, …), as for the workers. An
existing topic is never altered: one that cannot serve stops setup before it does anything, and the command that
mends it is printed. Run it again after each update of netpol-drift.

Exit codes: 0 everything is as it must be, 2 wrong usage or settings, 3 something must be mended first, or a
server does not answer.`;

export function addSetup(program: Command, config: Config, done: (code: number) => void): void {
  program
    .command('setup')
    .description(
      'topics, index templates and lifecycle policies for the workers, alert monitors and dashboards; again and again',
    )
    .option('--dry-run', 'say what would be done, and do nothing')
    .option('--prune', 'delete indices beyond their retention now, where OpenSearch does not by itself')
    .option('--monitors', 'make alert monitors, too (OpenSearch Alerting; docs/alerts.md)')
    .option('--dashboards <url>', 'import the dashboards, too (OpenSearch Dashboards; docs/dashboards.md)')
    .option('--replication <number>', "copies of each new topic (default: as the brokers' settings say)")
    .option('--partitions <number>', 'partitions of the events, and of a raw topic of flows', '6')
    .option('--format <text|json>', 'what to print; json is one step a line', 'text')
    .option('--debug', 'show stack traces')
    .addHelpText('after', EXAMPLES)
    .action(async (options: RawSetupOptions) => {
      done(await runSetup(options, config));
    });
}
