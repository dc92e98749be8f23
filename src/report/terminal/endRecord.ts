// One end of a conversation as machine-readable fields, under the names that documents use.
import type { JsonObject } from '../../model/json.ts';
import type { End } from '../../queries/flows.ts';

export function endRecord(name: 'subject' | 'peer', { namespace, workload, entity, ip }: End): JsonObject {
  return {
    [`${name}.namespace`]: namespace,
    [`${name}.workload`]: workload,
    [`${name}.entity`]: entity,
    [`${name}.ip`]: ip,
  };
}
