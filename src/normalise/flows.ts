// Bytes of one line of a flow export → events, and what became of every record in the line. Order of work:
// decode, look (sources/scan.ts) and be done with what judges nothing; else parse once; what is no plain
// exporter line is unwrapped (sources/unwrap.ts). No line changes what another one means, except that the
// parts of a CRI line are put together; beside them only caches are held.

import type { Origin } from '../model/event.ts';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { type Ignored, type Rejected, rejected } from '../model/outcome.ts';
import { decodeText, parseJson } from '../sources/decode.ts';
import { type EventKind, ignoreReasonOf } from '../sources/eventKind.ts';
import { parseMonitorVerdict } from '../sources/monitor.ts';
import { type Scan, scan } from '../sources/scan.ts';
import { isHubbleLine, type Unwrapped, unwrap } from '../sources/unwrap.ts';
import { createCriLines } from './criLines.ts';
import { type FlowOptions, type FlowTools, isCounted, normaliseFlowLine } from './flowLine.ts';
import {
  auditRecord,
  type FlowResult,
  HELD,
  ignoredRecord,
  joinResults,
  monitorRecord,
  NOWHERE,
  onlyRecord,
  rejectedRecord,
} from './flowResult.ts';
import { createLabelReader } from './labelSets.ts';
import { createNodeNames } from './nodeName.ts';
import { createTimeReader } from './recentTime.ts';

export interface FlowNormaliser {
  /** `source` and `line` (from 1) become the origin of the events. Never throws, whatever the bytes are. */
  (bytes: Uint8Array, source: string, line: number): FlowResult;
  /** To be called when a source ends: the parts of CRI lines whose rest never came, as rejected. */
  readonly finish: (source: string) => FlowResult;
}

export function createFlowNormaliser(options: FlowOptions): FlowNormaliser {
  const tools: FlowTools = {
    options,
    splitNode: createNodeNames(options.cluster),
    readTime: createTimeReader(),
    readLabels: createLabelReader(),
  };
  const criLines = createCriLines();

  const normalise = (bytes: Uint8Array, source: string, line: number): FlowResult => {
    const text = decodeText(bytes);
    if (typeof text !== 'string') return withoutRecord(text, options.cluster);
    const origin: Origin = { source, partition: 0, offset: line, index: 0 };
    if (text.startsWith('{')) return fromText(text, origin, tools);
    const whole = criLines.add(source, text);
    if (whole === undefined) return HELD;
    return typeof whole === 'string' ? fromText(whole, origin, tools) : withoutRecord(whole, options.cluster);
  };

  const finish = (source: string): FlowResult =>
    joinResults(criLines.finish(source).map((left) => withoutRecord(left, options.cluster)));

  return Object.assign(normalise, { finish });
}

function fromText(text: string, origin: Origin, tools: FlowTools): FlowResult {
  const look = scan(text);
  if (look.kind !== 'unusual' && look.kind !== 'verdict' && !isCounted(look.kind, tools.options))
    return fromLook(text, look, look.kind, tools);
  if (!text.startsWith('{')) return fromValue(text, origin, tools);
  // A line in Hubble's own shape needs no search for repeated keys: scan found those that matter once.
  const parsed = parseJson(text, look.kind === 'unusual' ? 'thorough' : 'trusting');
  return parsed.outcome === 'accepted'
    ? fromValue(parsed.value, origin, tools)
    : withoutRecord(parsed, tools.options.cluster);
}

function fromLook(
  text: string,
  look: Scan,
  kind: Exclude<EventKind, 'verdict'>,
  tools: FlowTools,
): FlowResult {
  const { cluster, node } = tools.splitNode(text.slice(look.nodeStart, look.nodeEnd));
  const micros = tools.readTime(text, look.timeStart, look.timeEnd);
  return onlyRecord({ outcome: 'ignored', name: ignoreReasonOf(kind), cluster, node, micros });
}

function fromValue(value: JsonValue, origin: Origin, tools: FlowTools): FlowResult {
  if (isPlainLine(value)) return normaliseFlowLine(value, { tools, origin, cluster: tools.options.cluster });
  let index = 0;
  const results = unwrap(value).map((item) => {
    const result = fromItem(item, { ...origin, index }, tools);
    index += result.events.length;
    return result;
  });
  return joinResults(results);
}

function fromItem(item: Unwrapped, origin: Origin, tools: FlowTools): FlowResult {
  const cluster = tools.options.cluster || item.cluster;
  switch (item.feed) {
    case 'flows':
      return normaliseFlowLine(item.line, { tools, origin, cluster });
    case 'audit':
      return auditRecord(item.hit, cluster);
    case 'monitor':
      return fromMonitor(item.text, cluster);
    case 'none':
      break;
  }
  return withoutRecord(item.outcome, cluster);
}

/** A line with nothing beside what Hubble writes, so without an envelope that might name a cluster. */
function isPlainLine(value: JsonValue): value is JsonObject {
  return (
    isObject(value) &&
    isHubbleLine(value) &&
    typeof value['node_name'] === 'string' &&
    typeof value['time'] === 'string' &&
    Object.keys(value).length === 3
  );
}

function fromMonitor(text: string, cluster: string): FlowResult {
  const verdict = parseMonitorVerdict(text);
  return verdict === undefined
    ? withoutRecord(
        rejected('unknown-shape', 'a policy verdict of cilium monitor in an unknown form'),
        cluster,
      )
    : monitorRecord(verdict, cluster);
}

function withoutRecord(outcome: Ignored | Rejected, cluster: string): FlowResult {
  const where = { ...NOWHERE, cluster };
  return onlyRecord(
    outcome.outcome === 'ignored' ? ignoredRecord(outcome.reason, where) : rejectedRecord(outcome, where),
  );
}
