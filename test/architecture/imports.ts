// Checks every import of a file of src/ against the import table: static and dynamic ones, re-exports and
// `import('…')` types alike. A folder that the table does not name is itself a finding.

import { posix } from 'node:path';
import type { Node } from 'oxc-parser';
import type { Finding } from './finding.ts';
import { type Module, walk } from './module.ts';
import { type FolderRule, rowOf, TABLE } from './table.ts';

interface Import {
  /** null when it is no literal, so that nobody can tell what is imported. */
  readonly specifier: string | null;
  readonly typeOnly: boolean;
  readonly line: number;
}

export function checkImports(module: Module): Finding[] {
  const path = module.file.replace(/^src\//, '');
  const row = rowOf(path);
  const rule = row === undefined ? undefined : TABLE.get(row);
  if (row === undefined || rule === undefined)
    return [{ file: module.file, line: 1, rule: 'unknown-folder', detail: 'not in the import table' }];

  const findings: Finding[] = [];
  for (const imported of importsOf(module)) {
    const broken = judge(path, row, rule, imported);
    if (broken !== null)
      findings.push({
        file: module.file,
        line: imported.line,
        rule: broken[0],
        detail: `${row} ${broken[1]}`,
      });
  }
  return findings;
}

function judge(path: string, row: string, rule: FolderRule, imported: Import): [string, string] | null {
  const { specifier } = imported;
  if (specifier === null) return ['import-computed', 'imports something that only running it can tell'];
  if (specifier.startsWith('node:')) {
    if (rule.node === 'allowed' || rule.node.includes(specifier) || imported.typeOnly) return null;
    return ['import-node', `may use the types of ${specifier}, not itself`];
  }
  if (!specifier.startsWith('.')) {
    const name = packageOf(specifier);
    return rule.packages.includes(name) ? null : ['import-package', `may not use package ${name}`];
  }
  const target = posix.join(posix.dirname(path), specifier);
  return mayReach(row, rule, target) ? null : ['import-folder', `may not import ${target}`];
}

function mayReach(row: string, rule: FolderRule, target: string): boolean {
  if (target.startsWith('..')) return false;
  const targetRow = rowOf(target);
  if (targetRow === row || rule.folders.includes(target)) return true;
  if (rule.folders.includes('*')) return target !== 'main.ts';
  return targetRow !== undefined && rule.folders.includes(targetRow);
}

/** `@duckdb/node-api/lib/api.js` → `@duckdb/node-api`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function importsOf(module: Module): Import[] {
  const found: Import[] = [];
  walk(module.program, (node) => {
    const source = sourceOf(node);
    if (source === null) return;
    const specifier = source.type === 'Literal' && typeof source.value === 'string' ? source.value : null;
    found.push({ specifier, typeOnly: isTypeOnly(node), line: module.lineAt(node.start) });
  });
  return found;
}

function sourceOf(node: Node): Node | null {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
    case 'TSImportType':
      return node.source;
    case 'TSExternalModuleReference':
      return node.expression;
    default:
      return null;
  }
}

function isTypeOnly(node: Node): boolean {
  if (node.type === 'TSImportType') return true;
  if (node.type === 'ImportDeclaration') return node.importKind === 'type';
  if (node.type === 'ExportNamedDeclaration' || node.type === 'ExportAllDeclaration')
    return node.exportKind === 'type';
  return false;
}
