// Two verdicts of one conversation: alike but for id, uuid, cluster, time, origin and source port.
import * as fc from 'fast-check';
import type { FlowEvent, FlowVerdict } from '../../src/model/event.ts';
import { flowVerdicts } from './events.ts';

/** What is new in each of two events of one conversation. */
const news = fc.record({
  id: fc.string(),
  uuid: fc.string(),
  cluster: fc.constantFrom('', 'prod-eu1', 'prod-ü1'),
  observedAt: fc.integer({ min: 0, max: 2 ** 52 - 1 }),
  observedAtNanos: fc.integer({ min: 0, max: 999 }),
  origin: fc.record({
    source: fc.constantFrom('hubble.flows', 'flüsse'),
    partition: fc.nat(),
    offset: fc.integer({ min: 0, max: 2 ** 52 - 1 }),
    index: fc.nat(),
  }),
  port: fc.integer({ min: 0, max: 65_535 }),
});

type News = typeof news extends fc.Arbitrary<infer T> ? T : never;

function eventOf(body: FlowVerdict, { uuid, port, ...rest }: News): FlowEvent {
  return { ...rest, body: { ...body, uuid, source: { ...body.source, port } } };
}

export const flowPairs: fc.Arbitrary<readonly [FlowEvent, FlowEvent]> = fc
  .tuple(flowVerdicts, news, news)
  .map(([body, one, other]) => [eventOf(body, one), eventOf(body, other)]);
