// The output of `git log --raw -z` → which commit altered which file, by the names of the blobs before and
// after. Pure text work; what does not look as documented (git-diff-tree, "Raw output format") is passed over.
import { MICROS_PER_SECOND, type Micros } from '../model/time.ts';

/** A commit begins with this byte, which no path and no name can hold. */
const RECORD = '\u0001';

/** Options of `git log` that give what {@link parseGitLog} reads: newest first, merges without differences. */
export const LOG_OPTIONS = [
  '--raw',
  '-z',
  '--no-abbrev',
  '--no-renames',
  '--no-ext-diff',
  '--no-textconv',
  '--no-color',
  '--no-diff-merges',
  `--format=%x01%H%x02%P%x02%ct%x02%aN%x02`,
];

export interface FileChange {
  readonly commit: string;
  readonly author: string;
  readonly at: Micros;
  /** The first commit that this clone holds; in a shallow clone the history goes on before it. */
  readonly isRoot: boolean;
  /** Path in the repository. */
  readonly file: string;
  /** Names of the blobs; '' = there was no such file. */
  readonly before: string;
  readonly after: string;
}

/** In the order of the log. Only regular files. */
export function parseGitLog(output: string): readonly FileChange[] {
  return output.split(RECORD).slice(1).flatMap(parseCommit);
}

function parseCommit(record: string): readonly FileChange[] {
  const [commit = '', parents = '', seconds = '', author = '', files = ''] = record.split('\u0002');
  if (!/^[0-9a-f]{40,64}$/.test(commit) || !/^\d{1,11}$/.test(seconds)) return [];
  const common = { commit, author, at: Number(seconds) * MICROS_PER_SECOND, isRoot: parents === '' };
  const changes: FileChange[] = [];
  const parts = files.split('\0');
  for (let index = 0; index + 1 < parts.length; index += 1) {
    const match = FILE.exec(parts[index] ?? '');
    if (match === null) continue;
    index += 1;
    const [, before = '', after = ''] = match;
    changes.push({ ...common, file: parts[index] ?? '', before: blob(before), after: blob(after) });
  }
  return changes;
}

/** `:100644 100644 <blob> <blob> M`; mode 000000 stands for no file, 120000 and 160000 for links and submodules. */
const FILE = /:(?:100\d{3}|000000) (?:100\d{3}|000000) ([0-9a-f]{40,64}) ([0-9a-f]{40,64}) [AMDT]$/;

function blob(name: string): string {
  return /^0+$/.test(name) ? '' : name;
}
