// What is accepted of a block, by what is known of the time before it, over logs whose producer dies and sends again.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runOfBlock } from '../../../src/rollup/blockId.ts';
import type { FlowEvent } from '../../../src/model/event.ts';
import { NO_ORIGINS } from '../../../src/rollup/origins.ts';
import { createBlockScan, createLastOrigins, latest } from '../../../src/workers/repair/blockScan.ts';
import { BLOCK_OFFSETS, createEventLog, cutIntoBlocks, type EventLog } from '../../properties/blocks/log.ts';
import { FLOWS } from '../../support/smallWorld.ts';

/** What the producers do: most of the time they send. */
const steps = fc.array(fc.tuple(fc.nat({ max: 11 }), fc.nat({ max: 1 })), {
  minLength: 20,
  maxLength: 150,
  size: 'max',
});

function logOf(story: readonly (readonly [number, number])[]): EventLog {
  const log = createEventLog([FLOWS, FLOWS.toReversed()]);
  for (const [what, partition] of story) {
    if (what === 0) log.die(partition);
    else if (what === 1) log.note(partition);
    else if (what === 2) log.passHours(partition === 0 ? 1 : -1);
    else log.send(partition);
  }
  return log;
}

/** The verdicts of a block when so many runs before it are known. */
function accepted(log: EventLog, number: number, runsBefore: number): readonly FlowEvent[] {
  const from = runOfBlock(number) * BLOCK_OFFSETS;
  const scan = createBlockScan(number, BLOCK_OFFSETS);
  const run = log.records.filter(({ offset }) => offset >= from && offset < from + BLOCK_OFFSETS);
  run.every((record) => scan.take(record));
  const before = Array.from({ length: runsBefore }, (_, index) => {
    const start = from - (index + 1) * BLOCK_OFFSETS;
    const last = createLastOrigins();
    for (const record of log.records)
      if (record.offset >= start && record.offset < start + BLOCK_OFFSETS) last.note(record.event);
    return last.origins;
  });
  return scan.verdicts(before.reduce(latest, NO_ORIGINS));
}

function keys(events: readonly FlowEvent[]): readonly string[] {
  return events.map(({ origin: { partition, offset } }) => `${partition}/${offset}`);
}

describe('the verdicts of a block that is read again', () => {
  it('are the owner’s as soon as they are as many, however little is known of the time before', () => {
    fc.assert(
      fc.property(steps, fc.nat({ max: 8 }), (story, runsBefore) => {
        const log = logOf(story);
        for (const [number, { events }] of cutIntoBlocks(log.records, true)) {
          const found = keys(accepted(log, number, Math.min(runsBefore, runOfBlock(number))));
          expect(found).toEqual(expect.arrayContaining([...keys(events)]));
          if (found.length === events.length) expect(found).toEqual(keys(events));
        }
      }),
    );
  });

  it('are the owner’s when all is known', () => {
    fc.assert(
      fc.property(steps, (story) => {
        const log = logOf(story);
        for (const [number, { events }] of cutIntoBlocks(log.records, true))
          expect(keys(accepted(log, number, runOfBlock(number)))).toEqual(keys(events));
      }),
    );
  });

  it('can be too many while too little is known', () => {
    const law = fc.property(steps, (story) => {
      const log = logOf(story);
      return [...cutIntoBlocks(log.records, true)].every(
        ([number, { events }]) => accepted(log, number, 0).length === events.length,
      );
    });
    expect(fc.check(law, { numRuns: 1_000 }).failed).toBe(true);
  });
});
