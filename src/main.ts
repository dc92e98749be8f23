// Where the program starts: the only wiring of environment, arguments and commands.
import { readFileSync } from 'node:fs';
import { runProgram } from './cli/program.ts';
import { readConfig } from './config.ts';
import { field, text } from './model/json.ts';

const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const code = await runProgram(process.argv.slice(2), text(field(manifest, 'version')), readConfig());
// Set, not forced: what is still being written to a pipe is written to its end.
process.exitCode = code;
