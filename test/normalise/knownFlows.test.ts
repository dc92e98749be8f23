// Verdicts put together from remembered pieces are those that parsing the whole line gives.
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { normaliseFlowLine } from '../../src/normalise/flowLine.ts';
import { createFlowNormaliser } from '../../src/normalise/flows.ts';
import { createKnownConversations } from '../../src/normalise/knownConversations.ts';
import { createKnownFlows, type FlowSpan } from '../../src/normalise/knownFlows.ts';
import { createLabelReader } from '../../src/normalise/labelSets.ts';
import { createNodeNames } from '../../src/normalise/nodeName.ts';
import { createTimeReader } from '../../src/normalise/recentTime.ts';
import { flowEnd, scan } from '../../src/sources/scan.ts';
import { DENIED, flowWith, lineOf } from './exporterLine.ts';

const encoder = new TextEncoder();
const options = { cluster: '', dropEvents: 'ignore' } as const;
const origin = { source: 'f', partition: 0, offset: 1, index: 0 };

const samples = readFileSync(new URL('../samples/cluster/flows.ndjson', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('{"flow"') && scan(line).kind === 'verdict');

/** By JSON.parse alone; null when the line is none. */
function parsed(line: string): unknown {
  let value: JsonObject;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  const readLabels = createLabelReader();
  const tools = {
    options,
    splitNode: createNodeNames(''),
    readTime: createTimeReader(),
    readLabels,
    knownFlows: () => undefined,
    knownConversations: { find: () => undefined, keep: () => {} },
  };
  return normaliseFlowLine(value, { tools, origin, cluster: '' });
}

function spanOf(line: string): FlowSpan {
  const look = scan(line);
  return { timeEnd: look.timeEnd, end: flowEnd(look) };
}

const remembering = createFlowNormaliser(options);
for (const line of samples) remembering(encoder.encode(line), 'f', 1);

function expectReadAsParsed(line: string): void {
  const result = remembering(encoder.encode(line), 'f', 1);
  const expected = parsed(line);
  if (expected === null) expect(result.records).toMatchObject([{ outcome: 'rejected', name: 'not-json' }]);
  else expect(result).toEqual(expected);
}

/** Pieces of JSON that are whole, or are not. */
const trouble = fc.constantFrom(
  '"',
  '}',
  '{',
  ',',
  ':',
  '[',
  ']',
  '0',
  '9',
  '01',
  '\u0007',
  'é',
  'null',
  '"a":1,',
  ',"a":{}',
  '"source":"x",',
  ',"destination_port":7',
  '"TCP":{},',
  '},"Type":"',
  '},"source":{',
  '"IP":{},',
  '},"destination":{',
  ',"source_names":["a"]',
  ',"uuid":"y"',
  '"ethernet":{"source":"',
  '"l4":{},',
);
const edits = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    gone: fc.nat({ max: 3 }),
    put: fc.oneof(trouble, fc.constant('')),
  }),
  { minLength: 1, maxLength: 3 },
);
const sample = fc.constantFrom(...samples);

describe('a verdict from remembered pieces', () => {
  test('is what parsing gives, for every flow of the simulated cluster', () => {
    for (const line of samples) expectReadAsParsed(line);
  });

  test('is what parsing gives, whatever is edited in a line', () => {
    fc.assert(
      fc.property(sample, edits, (line, changes) => {
        let text = line;
        for (const { at, gone, put } of changes) {
          const place = Math.floor(at * text.length);
          text = text.slice(0, place) + put + text.slice(place + gone);
        }
        if (scan(text).kind === 'verdict') expectReadAsParsed(text);
      }),
      { numRuns: 5_000 },
    );
  });

  test('is what parsing gives, whichever ends, ports and tails are put together', () => {
    fc.assert(
      fc.property(
        sample,
        sample,
        fc.constantFrom('"source":{', '"destination":{', '"Type"', '"l4"'),
        (a, b, mark) => {
          const text = a.slice(0, a.indexOf(mark)) + b.slice(b.indexOf(mark));
          if (scan(text).kind === 'verdict') expectReadAsParsed(text);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

/** What differs between the lines of one conversation. */
const ownOfLine = fc.record({
  time: fc.constantFrom(
    '2026-11-02T08:00:01Z',
    '2026-11-02T08:00:59.5Z',
    '2026-11-02T08:00:59.123456789Z',
    '2026-11-02T08:00:59.1234567890Z',
    '2026-11-02T08:00:60Z',
    '2026-11-02T09:00:01+01:00',
    '1969-11-02T08:00:01Z',
    '2026-11-02T08:00:0xZ',
    'yesterday',
    '2026-11-02T08:00:01\\u005a',
    '',
  ),
  outer: fc.constantFrom('', 'same', 'broken', '2026-11-02T08:00:02Z', '2026-11-02T08:00:01', '\u0001', '\\'),
  uuid: fc.oneof(
    fc.uuid(),
    fc.constantFrom('', 'x', 'é', '\u0007', '\\u0041', '\\', 'x'.repeat(64), 'x'.repeat(65)),
  ),
  port: fc.oneof(
    fc.nat({ max: 65_535 }).map(String),
    fc.constantFrom('0', '00', '080', '65536', '70000', '1e3', '-1', '12x', '', '"80"', '999999'),
  ),
  end: fc.constantFrom('"}', '"}', '"}', '"} ', '"}}', '"]', '"x', 'x}'),
});

describe('a verdict of a conversation that was read before', () => {
  const whole = /^(\{"flow":\{"time":")[^"]+(","uuid":")[^"]+(".*"source_port":)\d+(.*"time":")[^"]+("\})$/;
  const withPorts = samples.filter((line) => whole.test(line));

  test('is what parsing gives, whatever stands for its time, id and source port', () => {
    fc.assert(
      fc.property(fc.constantFrom(...withPorts), ownOfLine, (line, { time, outer, uuid, port, end }) => {
        const others: Readonly<Record<string, string>> = { same: time, broken: `${time.slice(0, -1)}\u0001` };
        const outerTime = others[outer] ?? outer;
        const text = line.replace(whole, (_, ...parts) => {
          const [a = '', b = '', c = '', d = ''] = parts.filter((part) => typeof part === 'string');
          return `${a}${time}${b}${uuid}${c}${port}${d}${outerTime}${end}`;
        });
        expectReadAsParsed(text);
      }),
      { numRuns: 5_000 },
    );
  });

  test('is found without another look, but for time, id and source port', () => {
    const known = createKnownConversations(createTimeReader());
    const line = lineOf(DENIED);
    const again = lineOf(flowWith({ uuid: 'another' })).replace('"source_port":51234', '"source_port":1');
    const name = { cluster: 'prod', node: 'node-1' };
    const body = createKnownFlows(createLabelReader())(line, spanOf(line), name.node);
    if (body === undefined) throw new Error('no verdict');
    expect(known.find(line)).toBeUndefined();
    known.keep(line, scan(line), { body, name });
    expect(known.find(again)?.body).toEqual({
      ...body,
      uuid: 'another',
      source: { ...body.source, port: 1 },
    });
    expect(known.find(again)?.body.destination).toBe(body.destination);
    expect(known.find(again.replace('"DROPPED"', '"AUDIT"'))).toBeUndefined();
    expect(known.find(again.replace('8080', '8081'))).toBeUndefined();
  });
});

describe('what stands between remembered pieces', () => {
  const { time, uuid, verdict, ...rest } = DENIED;
  const ethernet = { source: '0a:58:ac:14:00:01', destination: '0a:02:00:06:11:63' };
  const whole = lineOf({ time, uuid, verdict, ethernet, ...rest, drop_reason: undefined });

  test.each([
    ['the first hardware address', '0a:58:ac', '0a\u0001:58'],
    ['the second hardware address', '0a:02:00', '0a\u0001:02'],
  ])('is no JSON with a control character in %s', (_, from, to) => {
    expectReadAsParsed(whole);
    expectReadAsParsed(whole.replace(from, to));
  });

  test.each([
    ['an id', '0c3a1d1e', '0c\u0007a1d1e'],
    ['an address', '"10.2.0.5"', '"10.2\u00070.5"'],
    ['the outer node', '"node_name":"prod/node-1","time"', '"node_name":"prod/\u0001node-1","time"'],
    ['the outer time', '.010231456Z"}', '.01023145\u0001Z"}'],
  ])('is no JSON with a control character in %s', (_, from, to) => {
    expectReadAsParsed(whole);
    expect(whole).toContain(from);
    const end = whole.lastIndexOf(from);
    expectReadAsParsed(whole.slice(0, end) + to + whole.slice(end + from.length));
  });

  test.each([
    ['"source":{"id', '"source":"x","source":{"id'],
    ['"destination":{"ID', '"destination":null,"destination":{"ID'],
    ['"IP":{', '"IP":{},"IP":{'],
    ['"ipVersion"', '"source":"10.9.9.9","ipVersion"'],
    ['"l4":{', '"l4":{"UDP":{"source_port":1}},"l4":{'],
    ['"TCP":{', '"UDP":{"destination_port":9},"TCP":{'],
    ['"flags"', '"source_port":7,"flags"'],
    ['"flags"', '"source_port":0,"flags"'],
    ['"flags"', '"destination_port":0,"flags"'],
    ['"source":{"id', '"IP":{"source":"","destination":""},"source":{"id'],
    ['"flags"', '"destination_port":7,"flags"'],
    ['{"SYN":true}}}', '{"SYN":true}},"l4":{"TCP":{"destination_port":7}}}'.slice(0, -1)],
    ['"Type"', '"time":"2026-11-02T07:00:00Z","Type"'],
    ['"Type"', '"uuid":"z","Type"'],
    ['"Type"', '"source":{},"Type"'],
  ])('is read as the last of two: %s', (from, to) => {
    expect(whole).toContain(from);
    const text = whole.replace(from, to);
    if (scan(text).kind === 'verdict') expectReadAsParsed(text);
  });
});

describe('remembered pieces', () => {
  const node = 'node-1';
  const known = createKnownFlows(createLabelReader());
  const verdictOf = (line: string) => known(line, spanOf(line), node);

  test('give the ends of two connections as equal objects, with the label lists as one', () => {
    const [one, other] = ['a', 'b'].map((uuid) => verdictOf(lineOf(flowWith({ uuid }))));
    expect(one?.uuid).toBe('a');
    expect(other?.uuid).toBe('b');
    expect(other?.destination).toBe(one?.destination);
    expect(other?.source.labels).toBe(one?.source.labels);
    expect(other?.reported).toBe(one?.reported);
  });

  test.each([
    ['a flow without ports', flowWith({ l4: { ICMPv4: { type: 8 } } })],
    ['a port that no packet has', flowWith({ l4: { TCP: { source_port: 70_000, destination_port: 80 } } })],
    ['a flow without id', flowWith({ uuid: undefined })],
    ['a verdict among strange members', flowWith({ strange: 1, IP: undefined })],
  ])('say nothing of %s', (_, flow) => {
    expect(verdictOf(lineOf(flow))).toBeUndefined();
  });

  test('are forgotten when they are too many, and nothing else changes', () => {
    const forgetful = createKnownFlows(createLabelReader(), 1_000);
    for (const line of samples.slice(0, 200))
      expect(forgetful(line, spanOf(line), node)).toEqual(known(line, spanOf(line), node));
  });
});
