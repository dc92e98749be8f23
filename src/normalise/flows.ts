// Bytes of one line of a flow export → events, and what became of every record in the line. Order of work:
// decode, look (sources/scan.ts) and be done with what judges nothing; else parse once; what is no plain
// exporter line is unwrapped (sources/unwrap.ts). No line changes what another one means, except that the
// parts of a CRI line are put together; beside them only caches are held.

import type { FlowEvent } from '../model/event.ts';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { type Ignored, type Rejected, rejected } from '../model/outcome.ts';
import { decodeText, parseJson } from '../sources/decode.ts';
import { type EventKind, ignoreReasonOf } from '../sources/eventKind.ts';
import { parseMonitorVerdict } from '../sources/monitor.ts';
import { plainEnd } from '../sources/flowPieces.ts';
import {
  eventTypeMark,
  flowEnd,
  glance,
  HEAD,
  isVerdictAt,
  outerTimeStart,
  type Scan,
  scan,
} from '../sources/scan.ts';
import { isHubbleLine, type Unwrapped, unwrap } from '../sources/unwrap.ts';
import { createCriLines } from './criLines.ts';
import { type FlowOptions, type FlowTools, isCounted, normaliseFlowLine } from './flowLine.ts';
import {
  acceptedRecord,
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
import { createKnownConversations, type KnownLine } from './knownConversations.ts';
import { createKnownFlows } from './knownFlows.ts';
import { createLabelReader } from './labelSets.ts';
import { createNodeNames } from './nodeName.ts';
import { createTimeReader, nanosOf } from './recentTime.ts';
import { originAt, type RecordSite, siteOfLine } from './recordSite.ts';

export interface FlowNormaliser {
  /** `source` and `line` (from 1) become the origin of the events. Never throws, whatever the bytes are. */
  (bytes: Uint8Array, source: string, line: number): FlowResult;
  /** The same for a record that stands elsewhere than on a line of a file. The cluster is the site's, then. */
  readonly record: (bytes: Uint8Array, site: RecordSite) => FlowResult;
  /** To be called when a source ends: the parts of CRI lines whose rest never came, as rejected. */
  readonly finish: (source: string) => FlowResult;
}

export function createFlowNormaliser(options: FlowOptions): FlowNormaliser {
  const readLabels = createLabelReader();
  const readTime = createTimeReader();
  const tools: FlowTools = {
    options,
    splitNode: createNodeNames(options.cluster),
    readTime,
    readLabels,
    knownFlows: createKnownFlows(readLabels),
    knownConversations: createKnownConversations(readTime),
  };
  const criLines = createCriLines();

  const record = (bytes: Uint8Array, site: RecordSite): FlowResult => {
    const text = decodeText(bytes);
    if (typeof text !== 'string') return withoutRecord(text, outerCluster(site));
    if (text.startsWith('{')) return fromText(text, site, tools);
    const whole = criLines.add(site.source, text);
    if (whole === undefined) return HELD;
    return typeof whole === 'string'
      ? fromText(whole, site, tools)
      : withoutRecord(whole, outerCluster(site));
  };

  const normalise = (bytes: Uint8Array, source: string, line: number): FlowResult =>
    record(bytes, siteOfLine(source, line, options.cluster));

  const finish = (source: string): FlowResult =>
    joinResults(criLines.finish(source).map((left) => withoutRecord(left, options.cluster)));

  return Object.assign(normalise, { record, finish });
}

function fromText(text: string, site: RecordSite, tools: FlowTools): FlowResult {
  const mark = eventTypeMark(text);
  const again = isVerdictAt(text, mark) ? tools.knownConversations.find(text) : undefined;
  if (again !== undefined) return fromKnown(again, text, site);
  const look = glance(text, mark);
  if (look.kind === 'verdict') {
    const known = fromPieces(text, look, site, tools);
    if (known !== undefined) return known;
  } else if (look.kind !== 'unusual' && !isCounted(look.kind, tools.options))
    return fromLook({ text, look, kind: look.kind }, site, tools);
  if (!text.startsWith('{')) return fromValue(text, site, tools);
  // A line in Hubble's own shape needs no search for repeated keys: scan found those that matter once.
  const parsed = parseJson(text, scan(text).kind === 'unusual' ? 'thorough' : 'trusting');
  return parsed.outcome === 'accepted'
    ? fromValue(parsed.value, site, tools)
    : withoutRecord(parsed, outerCluster(site));
}

/** undefined: the line is to be parsed. */
function fromPieces(text: string, look: Scan, site: RecordSite, tools: FlowTools): FlowResult | undefined {
  const micros = tools.readTime(text, look.timeStart, look.timeEnd);
  const isPlain = plainEnd(text, look.nodeStart) === look.nodeEnd && plainEnd(text, outerTimeStart(look)) > 0;
  if (micros === null || !isPlain) return undefined;
  const name = tools.splitNode(text.slice(look.nodeStart, look.nodeEnd));
  const body = tools.knownFlows(text, { timeEnd: look.timeEnd, end: flowEnd(look) }, name.node);
  if (body === undefined) return undefined;
  tools.knownConversations.keep(text, look, { body, name });
  return fromKnown({ body, name, micros, timeEnd: look.timeEnd }, text, site);
}

function fromKnown({ body, name, micros, timeEnd }: KnownLine, text: string, site: RecordSite): FlowResult {
  const cluster = outerCluster(site) || name.cluster;
  const event: FlowEvent = {
    id: body.uuid,
    cluster,
    observedAt: micros,
    observedAtNanos: nanosOf(text.slice(HEAD.length, timeEnd)),
    origin: originAt(site),
    body,
  };
  return acceptedRecord(event, { outcome: 'accepted', name: 'verdict', cluster, node: name.node, micros });
}

interface Looked {
  readonly text: string;
  readonly look: Scan;
  readonly kind: Exclude<EventKind, 'verdict'>;
}

function fromLook({ text, look, kind }: Looked, site: RecordSite, tools: FlowTools): FlowResult {
  const name = tools.splitNode(text.slice(look.nodeStart, look.nodeEnd));
  const micros = tools.readTime(text, look.timeStart, look.timeEnd);
  const cluster = outerCluster(site) || name.cluster;
  return onlyRecord({ outcome: 'ignored', name: ignoreReasonOf(kind), cluster, node: name.node, micros });
}

function fromValue(value: JsonValue, site: RecordSite, tools: FlowTools): FlowResult {
  if (isPlainLine(value))
    return normaliseFlowLine(value, { tools, origin: originAt(site), cluster: outerCluster(site) });
  let { index } = site;
  const results = unwrap(value).map((item) => {
    const result = fromItem(item, { ...site, index }, tools);
    index += result.events.length;
    return result;
  });
  return joinResults(results);
}

function fromItem(item: Unwrapped, site: RecordSite, tools: FlowTools): FlowResult {
  const cluster = site.givenCluster || item.cluster || site.assumedCluster;
  switch (item.feed) {
    case 'flows':
      return normaliseFlowLine(item.line, { tools, origin: originAt(site), cluster });
    case 'audit':
      return auditRecord(item.hit, cluster);
    case 'monitor':
      return fromMonitor(item.text, cluster);
    case 'none':
      break;
  }
  return withoutRecord(item.outcome, cluster);
}

/** The cluster of a record that no envelope is around; '' = what the record itself says. */
function outerCluster({ givenCluster, assumedCluster }: RecordSite): string {
  return givenCluster || assumedCluster;
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
