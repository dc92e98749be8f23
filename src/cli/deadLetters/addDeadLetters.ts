// How `dead-letters` looks on the command line.
import type { Command } from 'commander';
import type { Config } from '../../config.ts';
import { runList, runRetry, runShow } from './command.ts';
import type { RawLetterOptions } from './options.ts';

const EXAMPLES = `
Examples:
  netpol-drift dead-letters list --reason not-json
  netpol-drift dead-letters show 17
  netpol-drift dead-letters show 17 --format raw > record.bin
  netpol-drift dead-letters retry 17 18
  netpol-drift dead-letters retry --reason insufficient-fields --limit 1000

  parse   a raw record that could not be read: retry sends it back to its topic once the reason is mended
  decode  a record of one of our own topics: update netpol-drift
  index   a document that OpenSearch refused: retry stores it once its index is mended, unless there is a newer one

A letter that was sent back stays where it is until it leaves the topic; a raw record that is sent twice is read
twice. Bodies of audit events can hold secrets. Where Kafka and OpenSearch are, and how their topics and indices are
called, is set in the environment, as for the workers.

Exit codes: 0 fine, 2 wrong usage or no such letter, 3 one could not be sent, or a server does not answer.`;

export function addDeadLetters(program: Command, config: Config, done: (code: number) => void): void {
  const letters = program
    .command('dead-letters')
    .description('what the workers could not use: look at it, send it back')
    .addHelpText('after', EXAMPLES);
  choosing(letters.command('list').description('the newest ones'))
    .option('--format <text|json>', 'what to print; json is one letter a line', 'text')
    .option('--debug', 'show stack traces')
    .action(async (options: RawLetterOptions) => {
      done(await runList(options, config));
    });
  letters
    .command('show')
    .description('one of them, with what it holds')
    .argument('<letter>', 'its number in the list')
    .option('--format <text|json|raw>', 'what to print; raw is the bytes alone', 'text')
    .option('--debug', 'show stack traces')
    .action(async (letter: string, options: RawLetterOptions) => {
      done(await runShow(letter, options, config));
    });
  choosing(letters.command('retry').description('send them back to where they came from'))
    .argument('[letters...]', 'their numbers in the list; without them --reason chooses')
    .option('--format <text|json>', 'what to print; json is one letter a line', 'text')
    .option('--debug', 'show stack traces')
    .action(async (given: readonly string[], options: RawLetterOptions) => {
      done(await runRetry(given, options, config));
    });
}

function choosing(command: Command): Command {
  return command
    .option('--limit <number>', 'at most so many', '20')
    .option('--stage <parse|decode|index>', 'where they were set aside')
    .option('--reason <reason>', 'only with this reason');
}
