// Whether the clocks of nodes and API servers agree, by two signs: a connection between pods of two nodes is
// judged on both, within a millisecond; and no node can know a policy before it was created. Both are rare
// enough to need many verdicts, so without them nothing is said.
//
//   node a  egress  verdict ─┐ same 5-tuple: their distance in time is the distance of the clocks
//   node b  ingress verdict ─┘

import type { ClockInspection } from '../model/inspection.ts';
import { entries, field, type JsonObject } from '../model/json.ts';
import type { Micros } from '../model/time.ts';
import { createDistances } from './inspectDistances.ts';
import { kindOfLine, timeOfLine } from './inspectFlows.ts';
import { createNamings } from './inspectNamings.ts';
import { nodeNameOf } from './inspectVerdict.ts';

export interface ClockInspector {
  /** Takes any line; verdicts are looked at. */
  readonly line: (line: JsonObject) => void;
  /** @param created creation times of policies by uid, by the API server's clock, cut to seconds or exact. */
  readonly read: (created: ReadonlyMap<string, Micros>) => ClockInspection;
}

export function createClockInspector(): ClockInspector {
  const distances = createDistances();
  const namings = createNamings();
  return {
    line(line) {
      if (kindOfLine(line) !== 'verdict') return;
      const flow = field(line, 'flow');
      const name = nodeNameOf(line);
      const node = name.slice(name.indexOf('/') + 1);
      const micros = timeOfLine(line);
      if (node === '' || micros === undefined) return;
      namings.add(flow, node, micros);
      const direction = field(flow, 'traffic_direction');
      const tuple = tupleOf(flow);
      if (typeof direction === 'string' && tuple !== '') distances.add(tuple, { node, direction, micros });
    },
    read: (created) => ({ ...distances.read(), ...namings.read(created) }),
  };
}

/** '' for protocols without ports, whose packets cannot be told apart. */
function tupleOf(flow: unknown): string {
  for (const [protocol, part] of entries(field(flow, 'l4'))) {
    const ports = [field(part, 'source_port'), field(part, 'destination_port')];
    const addresses = [field(field(flow, 'IP'), 'source'), field(field(flow, 'IP'), 'destination')];
    const isWhole = [...ports, ...addresses].every((value) => value !== undefined && value !== null);
    if (isWhole) return JSON.stringify([protocol, ...addresses, ...ports]);
  }
  return '';
}
