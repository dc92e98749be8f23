// Checks how a file is cut: its size, its functions, its first comment, its name, and the few constructs
// that would let unchecked data or unnamed things through. A file that wants more has two ideas in it.

import type { Node } from 'oxc-parser';
import type { Finding } from './finding.ts';
import { type Module, walk } from './module.ts';

const MAX_SOURCE_LINES = 350;
export const MAX_TEST_LINES = 500;
/** A function must stay below this. */
const FUNCTION_LINES = 60;
const MAX_PARAMETERS = 4;

/** Names that say nothing, and so gather everything. */
const VAGUE = new Set(['utils', 'util', 'helpers', 'helper', 'common', 'misc', 'types', 'index']);

/** For all TypeScript files: sources, tests, examples. */
export function checkSize(module: Module, maxLines: number): Finding[] {
  const count = module.lines.length;
  if (count <= maxLines) return [];
  return [finding(module, maxLines + 1, 'file-size', `${count} lines, at most ${maxLines}`)];
}

/** For the files of src/. */
export function checkShape(module: Module): Finding[] {
  const findings = [...checkSize(module, MAX_SOURCE_LINES), ...checkName(module), ...checkOpening(module)];
  walk(module.program, (node) => {
    const broken = misshapen(module, node);
    if (broken !== null) findings.push(finding(module, module.lineAt(node.start), broken[0], broken[1]));
  });
  return findings;
}

function checkName(module: Module): Finding[] {
  const parts = module.file.replace(/\.ts$/, '').split('/');
  const vague = parts.find((part) => VAGUE.has(part));
  return vague === undefined ? [] : [finding(module, 1, 'vague-name', vague)];
}

function checkOpening(module: Module): Finding[] {
  if (module.comments[0]?.start === 0) return [];
  return [finding(module, 1, 'opening-comment', 'the file does not open by saying what it is')];
}

function misshapen(module: Module, node: Node): [string, string] | null {
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return oversized(module, node, node.params.length);
    case 'ExportDefaultDeclaration':
      return ['default-export', 'an export has a name'];
    case 'ExportAllDeclaration':
      return ['barrel', 'export * hides where a name comes from'];
    case 'TSAnyKeyword':
      return ['any', 'what is not known is `unknown` until it is checked'];
    case 'TSEnumDeclaration':
      return ['enum', 'a closed set is an `as const` tuple'];
    case 'TSAsExpression':
      return isParse(node.expression) && node.typeAnnotation.type !== 'TSUnknownKeyword'
        ? ['unchecked-parse', 'a cast checks nothing']
        : null;
    default:
      return null;
  }
}

function oversized(module: Module, node: Node, parameters: number): [string, string] | null {
  if (parameters > MAX_PARAMETERS)
    return ['parameters', `${parameters} parameters, at most ${MAX_PARAMETERS}`];
  const count = module.lineAt(node.end - 1) - module.lineAt(node.start) + 1;
  return count < FUNCTION_LINES ? null : ['function-size', `${count} lines, fewer than ${FUNCTION_LINES}`];
}

function isParse(node: Node): boolean {
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return false;
  const { object, property } = node.callee;
  return (
    object.type === 'Identifier' &&
    object.name === 'JSON' &&
    property.type === 'Identifier' &&
    property.name === 'parse'
  );
}

function finding(module: Module, line: number, rule: string, detail: string): Finding {
  return { file: module.file, line, rule, detail };
}
