// Every line of the sample exports is accounted for, and what the lines say arrives in the events.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { FlowEvent } from '../../src/model/event.ts';
import { peerOf, subjectOf } from '../../src/model/event.ts';
import { at, isObject, type JsonValue, text } from '../../src/model/json.ts';
import { formatInstant } from '../../src/model/time.ts';
import type { FlowOptions } from '../../src/normalise/flowLine.ts';
import { createFlowNormaliser } from '../../src/normalise/flows.ts';

const SAMPLES = new URL('../samples/', import.meta.url);

function linesOf(name: string): readonly string[] {
  return readFileSync(new URL(name, SAMPLES), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

/** The time with its fraction written out: producers leave trailing zeroes away. */
function nineDigits(time: string): string {
  const [whole, fraction = ''] = time.slice(0, -1).split('.');
  return `${whole}.${fraction.padEnd(9, '0')}Z`;
}

function readSample(name: string, options: FlowOptions = { cluster: '', dropEvents: 'ignore' }) {
  const normalise = createFlowNormaliser(options);
  const encoder = new TextEncoder();
  const results = linesOf(name).map((line, index) => normalise(encoder.encode(line), name, index + 1));
  const counts: Record<string, number> = {};
  for (const record of results.flatMap((result) => result.records)) {
    const detail = record.outcome === 'rejected' ? `: ${record.detail}` : '';
    const key = `${record.outcome} ${record.name}${detail}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return { counts, events: results.flatMap((result) => result.events) };
}

function verdictsOf(name: string, options?: FlowOptions): readonly FlowEvent[] {
  return readSample(name, options).events.filter(
    (event): event is FlowEvent => event.body.kind === 'FlowVerdict',
  );
}

describe('accounting', () => {
  test('all 4,988 lines of the simulated cluster end in one of the three outcomes', () => {
    expect(readSample('cluster/flows.ndjson').counts).toEqual({
      'accepted verdict': 1_247,
      'accepted loss': 5,
      'ignored trace': 3_166,
      'ignored drop-event': 379,
      'ignored l7': 47,
      'ignored agent': 144,
    });
  });

  test('with drop events counted, each of the 379 policy drops is a judgement of its own', () => {
    const { counts } = readSample('cluster/flows.ndjson', { cluster: '', dropEvents: 'count' });
    expect(counts).toMatchObject({ 'accepted verdict': 1_247, 'accepted drop': 379 });
    expect(counts).not.toHaveProperty('ignored drop-event');
  });

  test.each([
    [
      'hubble/06-lost-and-other-event-kinds.ndjson',
      {
        'accepted loss': 2,
        'rejected insufficient-fields: time': 1,
        'rejected insufficient-fields: event_type': 1,
        'ignored agent': 1,
        'ignored debug': 2,
      },
    ],
    ['hubble/07-fieldmask-export.ndjson', { 'rejected insufficient-fields: event_type': 2 }],
    ['hubble/08-legacy-bare-flow-and-jsonpb.ndjson', { 'ignored drop-event': 2 }],
    ['hubble/13-cpg-l7_dns-synthetic.jsonl', { 'ignored l7': 3 }],
    [
      'hubble/14-cpg-malformed.jsonl',
      { 'rejected insufficient-fields: event_type': 2, 'rejected not-json: text of no known form': 1 },
    ],
  ])('%s', (name, expected) => {
    expect(readSample(name).counts).toEqual(expected);
  });

  test('the audit log of the cluster, taken for flows, is the other feed', () => {
    expect(readSample('cluster/audit.ndjson').counts).toEqual({ 'ignored other-feed': 635 });
  });
});

describe('the simulated cluster and what is true of it', () => {
  const truth = new Map(
    linesOf('cluster/truth.ndjson').map((line) => {
      const value: JsonValue = JSON.parse(line);
      return [text(at(value, 'id')), value] as const;
    }),
  );
  const verdicts = verdictsOf('cluster/flows.ndjson');

  test('all 1,247 verdicts name time, node, direction, answer, port and transport as they were', () => {
    expect(verdicts).toHaveLength(truth.size);
    for (const { id, body, observedAt, observedAtNanos } of verdicts) {
      const told = truth.get(id);
      expect(
        {
          time: nineDigits(formatInstant(observedAt, observedAtNanos)),
          node: body.node,
          direction: body.direction,
          observed: body.observed,
          port: body.destination.port,
          transport: body.transport,
        },
        id,
      ).toEqual({
        time: nineDigits(text(at(told, 'time'))),
        node: at(told, 'node'),
        direction: at(told, 'direction'),
        observed: at(told, 'observed'),
        port: at(told, 'port') ?? 0,
        transport: at(told, 'transport'),
      });
    }
  });

  test('subject and peer come out as the workloads and entities that they were', () => {
    for (const { id, body } of verdicts) {
      const told = truth.get(id);
      for (const [endpoint, expected] of [
        [subjectOf(body), at(told, 'subject')],
        [peerOf(body), at(told, 'peer')],
      ] as const) {
        const shown =
          endpoint.entity === ''
            ? { namespace: endpoint.namespace, workload: endpoint.workload }
            : { entity: endpoint.entity, ip: endpoint.ip };
        expect(shown, id).toMatchObject(isObject(expected) ? expected : { workload: 'named in the truth' });
      }
    }
  });

  test('the policies that Hubble names arrive with their uids', () => {
    for (const { id, body } of verdicts)
      expect(
        // The rule by which Cilium admits a node to its own pods belongs to no object.
        body.reported.map(({ uid }) => uid).filter((uid) => uid !== ''),
        id,
      ).toEqual(at(truth.get(id), 'reported_uids') ?? []);
  });

  test('labels are sorted and without duplicates', () => {
    for (const { body } of verdicts)
      for (const { labels } of [body.source, body.destination])
        expect(labels).toEqual([...new Set(labels)].toSorted());
  });

  test('lost events name the node and how many were lost', () => {
    const { events } = readSample('cluster/flows.ndjson');
    const lost = events.flatMap(({ body }) => (body.kind === 'FeedStatus' ? [body] : []));
    expect(lost).toHaveLength(5);
    expect(lost[0]).toMatchObject({
      feed: 'flows',
      reporter: 'node-3',
      lost: 13,
      lostSource: 'PERF_EVENT_RING_BUFFER',
    });
  });
});
