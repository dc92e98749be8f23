// The Git history of manifests: what each commit made of the objects in the files and folders that were
// given. Read with the local `git` program, bounded in commits and versions; a history that cannot be read
// is no fault but an answer.
import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';

import { expandInputs } from '../files/inputs.ts';
import type { CommittedFile } from '../model/commit.ts';
import type { JsonObject } from '../model/json.ts';
import { readBlobs } from './gitBlobs.ts';
import { type FileChange, LOG_OPTIONS, parseGitLog } from './gitLog.ts';
import { git } from './git.ts';
import { type LoadOptions, parseManifests } from './load.ts';
import { flatten, type Sorted } from './objects.ts';

const MAX_COMMITS = 10_000;
const MAX_VERSIONS_OF_A_FILE = 200;
const MAX_VERSIONS = 20_000;
/** Parsing files that hold no policy would be most of the work. */
const MARK = 'NetworkPolicy';
const MANIFEST = /\.(?:ya?ml|json)$/i;

/**
 *   read          to its beginning, or to the limits
 *   shallow       read, but the clone does not hold all of it
 *   no-git        there is no `git` program
 *   no-work-tree  the path is in no Git work tree, or in one without commits
 */
export const HISTORY_STATES = ['read', 'shallow', 'no-git', 'no-work-tree'] as const;
export type HistoryState = (typeof HISTORY_STATES)[number];

export interface ManifestHistory {
  /** Of several paths the worst. */
  readonly state: HistoryState;
  /** Newest commits first; only files that hold or held a policy. */
  readonly files: readonly CommittedFile[];
}

/**
 * @param paths files, globs, folders, as {@link loadManifests} takes them
 * @throws Fault as `expandInputs` does
 */
export async function readHistory(
  paths: readonly string[],
  { option = '--manifests', cwd = process.cwd() }: Pick<LoadOptions, 'option' | 'cwd'> = {},
): Promise<ManifestHistory> {
  const places = await placesOf(option, paths, cwd);
  const histories: ManifestHistory[] = [];
  for (const [folder, specs] of places) histories.push(await historyOf(folder, specs));
  const states = histories.map(({ state }) => HISTORY_STATES.indexOf(state));
  return {
    state: HISTORY_STATES[Math.max(0, ...states)] ?? 'read',
    files: histories.flatMap(({ files }) => files).sort((one, other) => other.commit.at - one.commit.at),
  };
}

/** Where git runs, and for which paths there: a folder as a whole, files of one folder together. */
async function placesOf(
  option: string,
  paths: readonly string[],
  cwd: string,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found: { readonly folder: string; readonly spec: string }[] = [];
  for (const path of paths) {
    const folder = resolve(cwd, path);
    const stats = await stat(folder).catch(() => undefined);
    if (stats?.isDirectory() === true) found.push({ folder, spec: '.' });
    else
      for (const { location } of await expandInputs(option, [path], cwd))
        found.push({ folder: dirname(location), spec: `:(literal)${basename(location)}` });
  }
  const byFolder = Map.groupBy(found, ({ folder }) => folder);
  return new Map([...byFolder].map(([folder, places]) => [folder, places.map(({ spec }) => spec)]));
}

async function historyOf(folder: string, specs: readonly string[]): Promise<ManifestHistory> {
  const shallow = await git(folder, ['rev-parse', '--is-shallow-repository']);
  if (!shallow.ok) return { state: shallow.why === 'no-git' ? 'no-git' : 'no-work-tree', files: [] };
  const log = await git(folder, ['log', `--max-count=${MAX_COMMITS}`, ...LOG_OPTIONS, '--', ...specs]);
  if (!log.ok) return { state: 'no-work-tree', files: [] };
  const isShallow = shallow.output.toString('latin1').startsWith('true');
  const changes = withinLimits(parseGitLog(log.output.toString('utf8'))).filter(
    // The oldest commit of a shallow clone seems to have added everything.
    ({ isRoot }) => !(isShallow && isRoot),
  );
  const names = new Set(
    changes.flatMap(({ before, after }) => [before, after]).filter((name) => name !== ''),
  );
  const objects = objectsOf(await readBlobs(folder, [...names]));
  return { state: isShallow ? 'shallow' : 'read', files: changes.flatMap((one) => committed(one, objects)) };
}

function withinLimits(changes: readonly FileChange[]): readonly FileChange[] {
  const versions = new Map<string, number>();
  const kept = changes.filter(({ file }) => {
    if (!MANIFEST.test(file)) return false;
    const count = (versions.get(file) ?? 0) + 1;
    versions.set(file, count);
    return count <= MAX_VERSIONS_OF_A_FILE;
  });
  return kept.slice(0, MAX_VERSIONS);
}

function committed(change: FileChange, objects: ReadonlyMap<string, readonly JsonObject[]>): CommittedFile[] {
  const { commit: id, author, at, file } = change;
  const before = change.before === '' ? [] : objects.get(change.before);
  const after = change.after === '' ? [] : objects.get(change.after);
  // A version that could not be read says nothing, not that the file was empty.
  if (before === undefined || after === undefined || before.length + after.length === 0) return [];
  return [{ commit: { id, author, at, file }, before, after }];
}

/** By blob; without those that cannot be parsed, such as templates. */
function objectsOf(blobs: ReadonlyMap<string, Buffer>): ReadonlyMap<string, readonly JsonObject[]> {
  const objects = new Map<string, readonly JsonObject[]>();
  for (const [name, bytes] of blobs) {
    const sorted: Sorted = { objects: [], problems: [], strays: [] };
    if (bytes.includes(MARK))
      for (const document of parseManifests(name, bytes)) {
        if ('message' in document) sorted.problems.push(document);
        else flatten(document, sorted);
      }
    if (sorted.problems.length === 0)
      objects.set(
        name,
        sorted.objects.map(({ object }) => object),
      );
  }
  return objects;
}
