// A connection of kafkajs opens one socket, however many requests find it down at the same time.
import { createServer, type Server } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import Connection from 'kafkajs/src/network/connection.js';
import socketFactory from 'kafkajs/src/network/socketFactory.js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mendDoubleConnects } from '../../../src/kafka/client/oneSocket.ts';

const QUIET = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

describe('a connection that is down', () => {
  let server: Server;
  let port: number;
  let accepted: number;

  beforeEach(async () => {
    mendDoubleConnects();
    accepted = 0;
    server = createServer(() => void (accepted += 1));
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  });
  afterEach(() => void server.close());

  test('opens one socket for several that ask at once, and another when it was closed', async () => {
    const connection = new Connection({
      host: '127.0.0.1',
      port,
      logger: { ...QUIET, namespace: () => QUIET },
      socketFactory: socketFactory(),
      connectionTimeout: 5_000,
      requestTimeout: 5_000,
    });
    await Promise.all([connection.connect(), connection.connect(), connection.connect()]);
    await turn();
    expect([connection.isConnected(), accepted]).toEqual([true, 1]);
    await connection.disconnect();
    await connection.connect();
    await turn();
    expect(accepted).toBe(2);
    await connection.disconnect();
  });
});
