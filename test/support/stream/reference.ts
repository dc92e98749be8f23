// The reference: what `analyze` writes from the same lines.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isObject, type JsonObject } from '../../../src/model/json.ts';
import type { Documents, Table } from './sameDocuments.ts';
import { runCommand } from './workerProcess.ts';

export interface LogFiles {
  readonly flows: string;
  readonly audit: string;
  readonly policies: string;
  readonly cluster: string;
}

export async function analysed({ flows, audit, policies, cluster }: LogFiles): Promise<Documents> {
  const folder = mkdtempSync(join(tmpdir(), 'netpol-drift-reference-'));
  try {
    await runCommand(
      [
        'analyze',
        '--flows',
        flows,
        '--audit',
        audit,
        '--policies',
        policies,
        '--cluster',
        cluster,
        '--documents',
        folder,
      ],
      {},
    );
    const of = (table: Table): readonly JsonObject[] => documentsIn(join(folder, `${table}.ndjson`));
    return {
      verdicts: of('verdicts'),
      rollups: of('rollups'),
      changes: of('changes'),
      policies: of('policies'),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function documentsIn(path: string): readonly JsonObject[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line))
    .filter(isObject);
}
