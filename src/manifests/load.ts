// Kubernetes objects out of files and folders that people keep: YAML and JSON, several documents to a file, Lists,
// snapshots of `kubectl get -o json`. A broken document is a problem that names its place, and the rest goes on.
// Whether an object is a valid policy is not asked here.
import { expandInputs, type Input, STDIN } from '../files/inputs.ts';
import { readWhole } from '../files/whole.ts';
import { Fault } from '../model/fault.ts';
import type { LoadedObject, LoadProblem, ParsedDocument } from './document.ts';
import { listFolder } from './folder.ts';
import { looksLikeJson, parseJson } from './json.ts';
import { flatten } from './objects.ts';
import { parseYaml } from './yaml.ts';

const MAX_FILE_BYTES = 256 * 1024 * 1024;
/** Beyond this, what begins like JSON is not tried as YAML, which is many times slower. */
const MAX_FLOW_YAML_BYTES = 1024 * 1024;

/** Of a file whose documents, Lists included, come to nothing. */
export const NO_OBJECT = 'holds no object';
/** How the message about a template ends. */
export const RENDER_FIRST = 'render templates first (helm template)';

export interface Manifests {
  /** In the order of the paths; folders by file name. */
  readonly objects: readonly LoadedObject[];
  /** What should have been an object and is none. */
  readonly problems: readonly LoadProblem[];
  /** Documents in folders that are no Kubernetes objects: Helm values, tool settings. */
  readonly ignored: readonly LoadProblem[];
}

export interface LoadOptions {
  /** For messages; `--policies` unless given. */
  readonly option?: string;
  /** What a template is (Helm, Jinja: `{{ … }}`), which only its tool can render; `problem` unless given. */
  readonly templates?: 'problem' | 'ignored';
  /** Whether `-` is standard input; refused unless given. */
  readonly stdin?: 'refused' | 'read';
  readonly cwd?: string;
}

/**
 * @param paths files, globs, folders (read recursively).
 * @throws Fault `input-missing`, `input-unreadable` for a path that cannot be found or read at all, `usage` for `-`.
 */
export async function loadManifests(
  paths: readonly string[],
  { option = '--policies', templates = 'problem', stdin = 'refused', cwd = process.cwd() }: LoadOptions = {},
): Promise<Manifests> {
  const objects: LoadedObject[] = [];
  const problems: LoadProblem[] = [];
  const ignored: LoadProblem[] = [];
  for (const path of paths) {
    if (path === STDIN && stdin === 'refused')
      throw new Fault('usage', `${option} -: manifests are not read from stdin; pass a file`);
    const inFolder = path === STDIN ? undefined : await listFolder(option, path, cwd);
    for (const input of inFolder ?? (await expandInputs(option, [path], cwd))) {
      const loaded = await loadFile(input, inFolder !== undefined);
      const file = templates === 'problem' ? loaded : withoutTemplates(loaded);
      objects.push(...file.objects);
      problems.push(...file.problems);
      ignored.push(...file.ignored);
    }
  }
  return { objects, problems, ignored };
}

/** A file that was named must hold objects; one that a folder holds may be something else. */
async function loadFile(input: Input, inFolder: boolean): Promise<Manifests> {
  const objects: LoadedObject[] = [];
  const problems: LoadProblem[] = [];
  const strays: LoadProblem[] = [];
  try {
    const bytes = await readWhole(input, MAX_FILE_BYTES);
    const hint = bytes.includes('{{') ? `; ${RENDER_FIRST}` : '';
    for (const document of parseManifests(input.path, bytes)) {
      if ('message' in document) problems.push({ ...document, message: document.message + hint });
      else flatten(document, { objects, problems, strays });
    }
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    problems.push({ source: input.path, message: fault.message });
  }
  if (!inFolder && objects.length + problems.length + strays.length === 0)
    problems.push({ source: input.path, message: NO_OBJECT });
  return inFolder
    ? { objects, problems, ignored: strays }
    : { objects, problems: [...problems, ...strays], ignored: [] };
}

/** Templates become ignored documents, also those that happen to be valid YAML. */
function withoutTemplates({ objects, problems, ignored }: Manifests): Manifests {
  const isTemplate = ({ object }: LoadedObject): boolean => JSON.stringify(object).includes('{{');
  const isOfTemplate = ({ message }: LoadProblem): boolean => message.endsWith(RENDER_FIRST);
  return {
    objects: objects.filter((loaded) => !isTemplate(loaded)),
    problems: problems.filter((problem) => !isOfTemplate(problem)),
    ignored: [
      ...ignored,
      ...[...objects.filter(isTemplate), ...problems.filter(isOfTemplate)].map(({ source }) => ({
        source,
        message: `is a template; ${RENDER_FIRST}`,
      })),
    ],
  };
}

/** The documents of one file; the path is for their sources only. */
export function parseManifests(path: string, bytes: Buffer): readonly ParsedDocument[] {
  if (!looksLikeJson(bytes)) return parseYaml(path, bytes);
  const json = parseJson(path, bytes);
  const [first] = json;
  if (first === undefined || !('message' in first) || bytes.length > MAX_FLOW_YAML_BYTES) return json;
  // `{apiVersion: v1, …}` is YAML, too.
  const yaml = parseYaml(path, bytes);
  return yaml.some((document) => 'message' in document) ? json : yaml;
}
