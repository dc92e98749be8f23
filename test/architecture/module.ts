// A source file as the checks see it: parsed once by a real parser, with its lines and its folder.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Comment, type Node, type Program, parseSync, visitorKeys } from 'oxc-parser';

export interface Module {
  /** Relative to the checked folder, with forward slashes: `src/policy/decide.ts`. */
  readonly file: string;
  readonly program: Program;
  readonly comments: readonly Comment[];
  readonly lines: readonly string[];
  /** Line, from 1, of an offset of the parser. */
  lineAt(offset: number): number;
}

/** Where a node hangs: its parent and the parent's key for it. */
export interface Place {
  readonly parent: Node;
  readonly key: string;
}

/**
 * All `.ts` files below `root/folder`, parsed, sorted by path; paths that `skip` accepts are left out.
 * @throws when a file does not parse: an unreadable file must not count as a clean one.
 */
export function readModules(
  root: string,
  folder: string,
  skip: (file: string) => boolean = () => false,
): Module[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((file) => file.endsWith('.ts') && !skip(file))
    .toSorted()
    .map((file) => parse(file, readFileSync(join(root, file), 'utf8')));
}

/** Calls `visit` for every node below and including `node`, parents first. */
export function walk(node: Node, visit: (node: Node, place: Place | null) => void): void {
  const step = (current: Node, place: Place | null): void => {
    visit(current, place);
    for (const key of visitorKeys[current.type] ?? []) {
      const child: unknown = Reflect.get(current, key);
      for (const item of Array.isArray(child) ? child : [child])
        if (isNode(item)) step(item, { parent: current, key });
    }
  };
  step(node, null);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

function parse(file: string, text: string): Module {
  const { program, comments, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const lineAt = (offset: number): number => starts.findLastIndex((start) => start <= offset) + 1;
  return { file, program, comments, lines, lineAt };
}
