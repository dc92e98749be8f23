// The contract of the log, held to the one in memory.
import { describe } from 'vitest';
import type { Log } from '../../src/kafka/log.ts';
import { createMemoryBroker } from '../../src/kafka/memory/broker.ts';
import { describeLog } from './log.ts';
import type { LogHarness } from './logHarness.ts';

describe('a log in memory', () => describeLog(open));

function open(): LogHarness {
  const broker = createMemoryBroker({ now: Date.now });
  const logs: Log[] = [];
  let names = 0;
  return {
    connect() {
      const log = broker.connect();
      logs.push(log);
      return log;
    },
    name: (what) => `${what}-${(names += 1)}`,
    trim: async (place, before) => broker.trim(place, before),
    close: async () => void (await Promise.all(logs.map((log) => log.close()))),
  };
}
