// Checks the pure folders: what they answer may depend on their arguments alone. A clock, randomness, the
// process, a timer, a global handle on any of them, or anything asynchronous is a finding.

import type { Node } from 'oxc-parser';
import type { Finding } from './finding.ts';
import { type Module, type Place, walk } from './module.ts';
import { rowOf, TABLE } from './table.ts';

/** Globals that reach outside the arguments, by the rule that they break. */
const GLOBALS: ReadonlyMap<string, string> = new Map([
  ['performance', 'pure-clock'],
  ['Temporal', 'pure-clock'],
  ['crypto', 'pure-random'],
  ['process', 'pure-process'],
  ['globalThis', 'pure-process'],
  ['console', 'pure-process'],
  ['fetch', 'pure-async'],
  ['setTimeout', 'pure-async'],
  ['setInterval', 'pure-async'],
  ['setImmediate', 'pure-async'],
  ['queueMicrotask', 'pure-async'],
  ['Promise', 'pure-async'],
]);

export function checkPurity(module: Module): Finding[] {
  const row = rowOf(module.file.replace(/^src\//, ''));
  if (row === undefined || TABLE.get(row)?.pure !== true) return [];
  const findings: Finding[] = [];
  walk(module.program, (node, place) => {
    const broken = impurity(node, place);
    if (broken !== null)
      findings.push({
        file: module.file,
        line: module.lineAt(node.start),
        rule: broken[0],
        detail: broken[1],
      });
  });
  return findings;
}

function impurity(node: Node, place: Place | null): [string, string] | null {
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return node.async ? ['pure-async', 'async function'] : null;
    case 'AwaitExpression':
      return ['pure-async', 'await'];
    case 'ForOfStatement':
      return node.await ? ['pure-async', 'for await'] : null;
    case 'MemberExpression':
      if (isMember(node, 'Math', 'random')) return ['pure-random', 'Math.random'];
      return isMember(node, 'Date', 'now') ? ['pure-clock', 'Date.now'] : null;
    case 'ImportDeclaration':
      return isCrypto(node.source) && !node.specifiers.every(isHash)
        ? ['pure-random', 'more of node:crypto than `hash`']
        : null;
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
      return node.source !== null && isCrypto(node.source) ? ['pure-random', 'all of node:crypto'] : null;
    case 'NewExpression':
      return isName(node.callee, 'Date') && node.arguments.length === 0 ? ['pure-clock', 'new Date()'] : null;
    case 'CallExpression':
      return isName(node.callee, 'Date') ? ['pure-clock', 'Date()'] : null;
    case 'Identifier': {
      const rule = isReference(place) ? GLOBALS.get(node.name) : undefined;
      return rule === undefined ? null : [rule, node.name];
    }
    default:
      return null;
  }
}

/** Whether an identifier stands for a value, and not for a property, a label or a type. */
function isReference(place: Place | null): boolean {
  if (place === null) return true;
  const { parent, key } = place;
  if (parent.type === 'MemberExpression' && key === 'property') return parent.computed;
  if (key === 'key' && 'computed' in parent) return parent.computed;
  return parent.type !== 'TSTypeReference' && parent.type !== 'TSQualifiedName';
}

function isMember(node: Node, object: string, property: string): boolean {
  if (node.type !== 'MemberExpression' || !isName(node.object, object)) return false;
  if (!node.computed) return node.property.type === 'Identifier' && node.property.name === property;
  return node.property.type === 'Literal' && node.property.value === property;
}

function isCrypto(source: Node): boolean {
  return source.type === 'Literal' && source.value === 'node:crypto';
}

function isHash(specifier: Node): boolean {
  return specifier.type === 'ImportSpecifier' && isName(specifier.imported, 'hash');
}

function isName(node: Node, name: string): boolean {
  return node.type === 'Identifier' && node.name === name;
}
