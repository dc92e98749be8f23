// Documents of what turned out never to have been: a gap that a late record filled, a policy that only manifests
// held and that left them. Documents are never deleted, so that no late write can bring them back; they say that
// they say nothing, and readers leave them out.
import type { Document } from './document.ts';

const WITHDRAWN = 'withdrawn';

/** Fields that would still claim something. */
const CLAIMS = new Set(['drift', 'change.until', 'policy.manifest_diff']);

/** @param document a change or policy document as it was written before */
export function withdrawn(document: Document): Document {
  const kept = Object.entries(document.fields).filter(([name]) => !CLAIMS.has(name));
  return { ...document, fields: { ...Object.fromEntries(kept), 'change.outcome': WITHDRAWN } };
}
