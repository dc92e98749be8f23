import { describe, expect, it } from 'vitest';
import { createWatermarks, type Watermarks } from '../../src/join/watermarks.ts';
import type { Event, Watermark } from '../../src/model/event.ts';

const IDLE_MS = 60_000;

function told(auditSource: string, completeUntil: number, more: Partial<Watermark> = {}): Event<Watermark> {
  return {
    id: `${auditSource} ${completeUntil}`,
    cluster: 'prod',
    observedAt: completeUntil,
    observedAtNanos: 0,
    origin: { source: 'netpol.watermarks', partition: 0, offset: 0, index: 0 },
    body: { kind: 'Watermark', auditSource, completeUntil, policyOffset: -1, assumed: false, ...more },
  };
}

function watermarks(...events: readonly (readonly [number, Event<Watermark>])[]): Watermarks {
  const made = createWatermarks(IDLE_MS);
  for (const [nowMs, event] of events) made.hear(event, nowMs);
  return made;
}

describe('the watermark of a cluster', () => {
  it('is the least over its audit sources', () => {
    const both = watermarks([0, told('api-1', 500)], [0, told('api-2', 300)]);
    expect(both.of('prod', 1).completeUntil).toBe(300);
  });

  it('is nothing for a cluster that no source was heard of', () => {
    expect(watermarks([0, told('api-1', 500)]).of('test', 1)).toMatchObject({
      completeUntil: Number.NEGATIVE_INFINITY,
      feed: 'absent',
    });
  });

  it('is believed only when the policy log was read up to its offset', () => {
    const made = watermarks([0, told('api-1', 300)], [1, told('api-1', 500, { policyOffset: 7 })]);
    expect(made.of('prod', 1).completeUntil).toBe(300);
    made.policyLogRead(6);
    expect(made.of('prod', 1).completeUntil).toBe(300);
    made.policyLogRead(7);
    expect(made.of('prod', 1).completeUntil).toBe(500);
  });

  it('leaves a silent source out, and says so', () => {
    const made = watermarks([0, told('api-1', 300)], [IDLE_MS, told('api-2', 500)]);
    expect(made.of('prod', IDLE_MS - 1)).toMatchObject({ completeUntil: 300, silent: [] });
    expect(made.of('prod', IDLE_MS)).toMatchObject({
      completeUntil: 500,
      silent: [{ auditSource: 'api-1', heardAtMs: 0 }],
    });
  });

  it('stays where it was when all sources are silent', () => {
    const made = watermarks([0, told('api-1', 300)], [0, told('api-2', 500)]);
    expect(made.of('prod', 2 * IDLE_MS)).toMatchObject({ completeUntil: 300, feed: 'silent' });
  });

  it('tells what idle sources only assumed from what records prove', () => {
    const made = watermarks([0, told('api-1', 300)], [1, told('api-1', 500, { assumed: true })]);
    expect(made.of('prod', 1)).toMatchObject({ completeUntil: 500, provenUntil: 300 });
  });

  it('does not go back when an older one comes again', () => {
    const made = watermarks([0, told('api-1', 500)], [1, told('api-1', 300)]);
    expect(made.of('prod', 1).completeUntil).toBe(500);
  });

  it('is stuck when the source that holds it is heard but tells nothing new', () => {
    const made = watermarks(
      [0, told('api-1', 300)],
      [IDLE_MS - 1, told('api-1', 300)],
      [IDLE_MS - 1, told('api-2', 900)],
    );
    expect(made.of('prod', IDLE_MS - 1).feed).toBe('moving');
    expect(made.of('prod', IDLE_MS)).toMatchObject({ completeUntil: 300, feed: 'stuck' });
  });
});
