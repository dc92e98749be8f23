// Bytes of one line of a flow export → the flows in it, however they are wrapped, and what could not be read.
// Unlike the normaliser it wants no event type, verdict or time: whatever says who talked to whom will do.

import { isObject, type JsonObject } from '../../model/json.ts';
import type { Rejected } from '../../model/outcome.ts';
import { createCriLines } from '../../normalise/criLines.ts';
import { createLabelReader } from '../../normalise/labelSets.ts';
import { decodeText, parseJson } from '../../sources/decode.ts';
import { scan } from '../../sources/scan.ts';
import { type Unwrapped, unwrap } from '../../sources/unwrap.ts';
import { type FlowQuestion, flowQuestion } from './flowQuestion.ts';

export interface ReadFlow {
  readonly flow: FlowQuestion;
  /** The flow as read, out of its envelopes. */
  readonly line: JsonObject;
}

export interface FlowLine {
  readonly flows: readonly ReadFlow[];
  /** Flows that do not say in which direction policy was asked. */
  readonly withoutDirection: number;
  readonly rejected: readonly Rejected[];
}

export interface FlowLineReader {
  /** Of a cut CRI line the flows come with its last part. Never throws, whatever the bytes are. */
  read(bytes: Uint8Array, source: string): FlowLine;
  /** To be called when a source ends: parts of CRI lines whose rest never came. */
  finish(source: string): readonly Rejected[];
}

const NOTHING: FlowLine = { flows: [], withoutDirection: 0, rejected: [] };

/** @param cluster of all flows; '' = as envelopes and node names say */
export function createFlowLineReader(cluster: string): FlowLineReader {
  const criLines = createCriLines();
  const readLabels = createLabelReader();

  function sorted(items: readonly Unwrapped[]): FlowLine {
    const flows: ReadFlow[] = [];
    const rejected: Rejected[] = [];
    let withoutDirection = 0;
    for (const item of items) {
      if (item.feed === 'none' && item.outcome.outcome === 'rejected') rejected.push(item.outcome);
      if (item.feed !== 'flows') continue;
      const flow = flowQuestion(item.line, readLabels);
      const named = cluster || item.cluster;
      if (flow !== undefined)
        flows.push({ flow: named === '' ? flow : { ...flow, cluster: named }, line: item.line });
      else if (isObject(item.line['flow'])) withoutDirection += 1;
    }
    return { flows, withoutDirection, rejected };
  }

  return {
    read(bytes, source) {
      const decoded = decodeText(bytes);
      if (typeof decoded !== 'string') return { ...NOTHING, rejected: [decoded] };
      const text = decoded.startsWith('{') ? decoded : criLines.add(source, decoded);
      if (text === undefined) return NOTHING;
      if (typeof text !== 'string') return { ...NOTHING, rejected: [text] };
      // Lines in Hubble's own shape need no search for repeated keys, which takes as long as the parsing.
      if (scan(text).kind === 'unusual') return sorted(unwrap(text));
      const parsed = parseJson(text, 'trusting');
      return parsed.outcome === 'accepted'
        ? sorted(unwrap(parsed.value))
        : { ...NOTHING, rejected: parsed.outcome === 'rejected' ? [parsed] : [] };
    },
    finish: (source) => criLines.finish(source),
  };
}
