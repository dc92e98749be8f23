// Where the program starts: the only wiring of environment, arguments and commands.
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runProgram } from './cli/program.ts';
import { readConfig } from './config.ts';
import { field, text } from './model/json.ts';

// Nearly all that a line makes is garbage before the next: a large nursery would hold 100 MB of it and save
// no time. V8 sizes the nursery by the machine's memory; it stays as small as it begins.
setFlagsFromString('--semi-space-growth-factor=1');

// A reader that went away (`| head`) is no trouble; whoever writes is told so, and ends.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const code = await runProgram(process.argv.slice(2), text(field(manifest, 'version')), readConfig());
// Set, not forced: what is still being written to a pipe is written to its end.
process.exitCode = code;
