// Builds the oracle, once for each content of its sources, into the user's cache: the first build compiles some
// 1,250 packages and takes minutes, and 80 MB of program have no place in a checkout.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCES = fileURLToPath(new URL('oracle/', import.meta.url));

/**
 * @returns the path of the program.
 * @throws Error when Go cannot build it.
 */
export function buildOracle(say: (line: string) => void): string {
  const folder = join(cacheFolder(), digestOf(SOURCES));
  const program = join(folder, 'cilium-oracle');
  if (existsSync(program)) return program;
  say(`building the oracle into ${folder} (minutes the first time) …`);
  mkdirSync(folder, { recursive: true });
  // Built aside and renamed, so that a build that was cut off is never taken for a whole one.
  const aside = `${program}.${process.pid}`;
  const args = ['build', '-trimpath', '-ldflags=-s -w', '-o', aside, '.'];
  const { status } = spawnSync('go', args, { cwd: SOURCES, stdio: 'inherit' });
  if (status !== 0) {
    rmSync(aside, { force: true });
    throw new Error('the oracle cannot be built: see what Go says above');
  }
  renameSync(aside, program);
  return program;
}

function cacheFolder(): string {
  const base = process.env['XDG_CACHE_HOME'] ?? '';
  return join(base === '' ? join(homedir(), '.cache') : base, 'netpol-drift', 'oracle');
}

/** Of names and contents, in sorted order. */
function digestOf(folder: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).sort())
    hash.update(`${name}\0`).update(readFileSync(join(folder, name)));
  return hash.digest('hex').slice(0, 16);
}
