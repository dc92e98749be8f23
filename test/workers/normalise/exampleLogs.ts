// The logs of examples/shop, and what the normalisers make of them by themselves, line by line.
import { readFileSync } from 'node:fs';
import { createAuditNormaliser } from '../../../src/normalise/auditLine.ts';
import { createFlowNormaliser } from '../../../src/normalise/flows.ts';

const encoder = new TextEncoder();

function linesOf(file: string): readonly string[] {
  return readFileSync(new URL(`../../../examples/shop/${file}`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n');
}

export const FLOW_LINES = linesOf('flows.ndjson');
export const AUDIT_LINES = linesOf('audit.ndjson');

const flows = createFlowNormaliser({ cluster: '', dropEvents: 'ignore' });
const audit = createAuditNormaliser({ cluster: 'shop' });

/** Ids of the verdicts in the export, sorted. */
export const VERDICT_IDS = FLOW_LINES.flatMap(
  (line, index) => flows(encoder.encode(line), 'flows', index + 1).events,
)
  .filter(({ body }) => body.kind === 'FlowVerdict')
  .map(({ id }) => id)
  .toSorted();

const auditResults = AUDIT_LINES.map((line, index) => audit(encoder.encode(line), 'audit', index + 1));

/** Ids of the changes in the audit log, sorted. */
export const CHANGE_IDS = auditResults
  .flatMap(({ events }) => events)
  .map(({ id }) => id)
  .toSorted();

/** The newest stage time in the audit log, in microseconds. */
export const LAST_AUDIT_AT = Math.max(
  ...auditResults.flatMap(({ records }) => records.flatMap(({ micros }) => micros ?? [])),
);
