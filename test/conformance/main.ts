// `npm run conformance -- [--worlds N] [--seed S]`: holds `netpol-drift evaluate` against Cilium's own policy
// engine, first on worlds written by hand, then on random ones, and fails on any disagreement. Needs Go and
// Python. Without them it says so and passes, except in CI, where a check that never runs must not look fine.
// What follows a second `--` goes to fuzz.py as it stands.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildOracle } from './build.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
/** 24 hours count from 1970: a new day brings new worlds, and the summary names the seed. */
const DAY_MS = 24 * 60 * 60 * 1_000;

process.exitCode = run();

function run(): number {
  const { values, positionals } = parseArgs({
    options: {
      worlds: { type: 'string', default: '1000' },
      seed: { type: 'string', default: String(Math.floor(Date.now() / DAY_MS)) },
    },
    allowPositionals: true,
  });
  const isCi = (process.env['CI'] ?? '') !== '';
  const missing = [['go', 'version'] as const, ['python3', '--version'] as const]
    .filter(([command, version]) => spawnSync(command, [version], { stdio: 'ignore' }).status !== 0)
    .map(([command]) => command);
  if (missing.length > 0) {
    const line = `this machine lacks ${missing.join(' and ')}`;
    print(isCi ? `conformance failed: ${line}` : `conformance skipped: ${line}`);
    return isCi ? 1 : 0;
  }
  const oracle = buildOracle(print);
  const evaluator = [process.execPath, MAIN, 'evaluate'].map(quoted).join(' ');
  const fuzz = (...args: readonly string[]): number => {
    const all = ['fuzz.py', '--oracle', quoted(oracle), '--tool', evaluator, ...args, ...positionals];
    const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
    const { status } = spawnSync('python3', all, { cwd: HERE, env, stdio: 'inherit' });
    return status ?? 1;
  };
  const byHand = fuzz('--self-test');
  const compared = ['--also', 'selecting,deciding'];
  return fuzz('--runs', values.worlds, '--seed', values.seed, ...compared) === 0 ? byHand : 1;
}

/** As Python's shlex reads it. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'"'"'`)}'`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
