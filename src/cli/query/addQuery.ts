// How `query` looks on the command line.
import { type Command, Option } from 'commander';
import type { Config } from '../../config.ts';
import { CATALOGUE } from '../../queries/catalogue/catalogue.ts';
import { runQueryCommand } from './command.ts';
import type { RawQueryOptions } from './options.ts';

const EXAMPLES = `
Examples:
  netpol-drift query --list
  netpol-drift query broken-by-change --help
  netpol-drift query broken-by-change --store drift.duckdb
  netpol-drift query audited-denies --since 24h --namespace shop --opensearch http://localhost:9200
  netpol-drift query changes --since 7d --format csv > changes.csv
  netpol-drift query broken-by-change --store drift.duckdb --report broken.html
  netpol-drift query --store drift.duckdb --report drift.html

Without --store, OpenSearch is asked where the environment says that it is (OPENSEARCH_URL, OPENSEARCH_USERNAME,
OPENSEARCH_PASSWORD_FILE, …, as for the workers). A duration such as 24h counts back from now; of a store file from the
last event that it holds. In CSV a text that a spreadsheet would take for a formula has an apostrophe in front.

Exit codes: 0 answered (also: nothing found), 2 wrong usage or settings, 3 trouble with the store.`;

export function addQuery(program: Command, config: Config, done: (code: number) => void): void {
  const command = program
    .command('query')
    .description('a saved drift query: what broke, who changed it, what is not enforced, …')
    .argument('[name]', 'the query')
    .option('--list', 'which queries there are')
    .option('--since <time>', 'from then on: 24h, 7d, 2026-11-02T14:05:00Z (default: all; of OpenSearch 24h)')
    .option('--until <time>', 'before then, likewise (default: now)')
    .option('--cluster <name>', 'only this cluster')
    .option('--namespace <name>', 'only this namespace')
    .option('--store <file>', 'ask a store that analyze kept')
    .option('--opensearch <url>', 'ask OpenSearch')
    .option('--format <table|csv|json>', 'what to print; json is one row a line', 'table')
    .option(
      '--limit <rows>',
      'at most so many rows, 0 = all (default: 50 in a table, 2000 on a page, else all)',
    )
    .option(
      '--report <file>',
      'write the answer as one HTML page; without the name of a query the whole report of a store',
    )
    .option(
      '--redact',
      'in that page, replace user names and outside addresses by stand-ins (user-1, external-1)',
    )
    .option('--debug', 'show stack traces')
    .helpOption(false)
    .option('-h, --help', 'of a query: what it is asked with and answers')
    .addHelpText('after', EXAMPLES);
  const own = CATALOGUE.flatMap(({ parameters = [] }) => parameters.map(({ name }) => name));
  for (const name of new Set(own)) command.addOption(new Option(`--${name} <value>`).hideHelp());
  command.action(async (name: string | undefined, options: RawQueryOptions) => {
    if (options['help'] === true && name === undefined) {
      command.outputHelp();
      return;
    }
    done(await runQueryCommand(name ?? '', options, config));
  });
}
