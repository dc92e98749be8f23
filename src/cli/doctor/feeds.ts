// Each line of a feed goes two ways: to the normaliser, which says whether it can be used, and to the
// inspectors, which look at how it was written. Nothing is joined, nothing kept.
import { createAuditNormaliser } from '../../normalise/auditLine.ts';
import { createCriLines } from '../../normalise/criLines.ts';
import { createFlowNormaliser } from '../../normalise/flows.ts';
import { decodeText } from '../../sources/decode.ts';
import type { AuditInspector } from '../../sources/inspectAudit.ts';
import type { ClockInspector } from '../../sources/inspectClocks.ts';
import type { FlowInspector } from '../../sources/inspectFlows.ts';
import { scan } from '../../sources/scan.ts';
import { unwrap } from '../../sources/unwrap.ts';
import type { NamedPolicies } from '../analyze/namedPolicies.ts';
import type { FeedHandler } from '../analyze/reading.ts';

/** Where the API server's webhook backend says that it sends several events at once. */
const EVENT_LIST = /"kind"\s*:\s*"EventList"/;
const HEAD_CHARS = 2_000;

export interface FlowObservers {
  readonly flows: FlowInspector;
  readonly clocks: ClockInspector;
  readonly named: NamedPolicies;
}

export function flowFeed(cluster: string, { flows, clocks, named }: FlowObservers): FeedHandler {
  const normalise = createFlowNormaliser({ cluster, dropEvents: 'ignore' });
  const textOf = createTexts();

  function inspect(text: string, source: string): void {
    const look = scan(text);
    if (look.kind !== 'unusual' && look.kind !== 'verdict') {
      flows.look(look.kind, text.slice(look.nodeStart, look.nodeEnd), cluster);
      return;
    }
    for (const item of unwrap(text)) {
      if (item.feed === 'monitor') flows.monitor();
      if (item.feed !== 'flows') continue;
      flows.line(item.line, cluster || item.cluster, source);
      clocks.line(item.line);
    }
  }

  return {
    record(bytes, source, line) {
      const text = textOf(bytes, source);
      if (text !== undefined) inspect(text, source);
      const { events, records } = normalise(bytes, source, line);
      for (const { body, ...rest } of events) if (body.kind === 'FlowVerdict') named.flow({ ...rest, body });
      return records;
    },
    finish: (source) => normalise.finish(source).records,
    settle: async () => {},
    note() {},
  };
}

export function auditFeed(cluster: string, audit: AuditInspector, named: NamedPolicies): FeedHandler {
  const normalise = createAuditNormaliser({ cluster });
  const textOf = createTexts();

  function inspect(text: string, source: string): void {
    const batched = EVENT_LIST.test(text.slice(0, HEAD_CHARS));
    for (const item of unwrap(text))
      if (item.feed === 'audit') audit.hit(item.hit, { cluster: cluster || item.cluster, source, batched });
  }

  return {
    record(bytes, source, line) {
      const text = textOf(bytes, source);
      if (text !== undefined) inspect(text, source);
      const { events, records } = normalise(bytes, source, line);
      for (const event of events) named.change(event);
      return records;
    },
    finish: (source) => normalise.finish(source).records,
    settle: async () => {},
    note() {},
  };
}

/** The text of a line, parts of CRI lines put together; undefined where there is none (yet). */
function createTexts(): (bytes: Uint8Array, source: string) => string | undefined {
  const criLines = createCriLines();
  return (bytes, source) => {
    const text = decodeText(bytes);
    if (typeof text !== 'string') return undefined;
    const whole = text.startsWith('{') ? text : criLines.add(source, text);
    return typeof whole === 'string' ? whole : undefined;
  };
}
