// Checks that the environment is read in one place: settings that a file takes from it elsewhere are
// settings that nobody can list, document or test.

import type { Finding } from './finding.ts';
import { type Module, walk } from './module.ts';

const READER = 'src/config.ts';

export function checkEnvironment(module: Module): Finding[] {
  if (module.file === READER) return [];
  const findings: Finding[] = [];
  walk(module.program, (node) => {
    if (node.type !== 'MemberExpression' || node.property.type !== 'Identifier') return;
    if (node.object.type !== 'Identifier' || node.object.name !== 'process') return;
    if (node.property.name !== 'env') return;
    const line = module.lineAt(node.start);
    findings.push({ file: module.file, line, rule: 'environment', detail: `process.env outside ${READER}` });
  });
  return findings;
}
