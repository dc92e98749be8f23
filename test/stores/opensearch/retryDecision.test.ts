import { describe, expect, test } from 'vitest';
import {
  decideItem,
  decideRequest,
  type Failure,
  isBusy,
} from '../../../src/stores/opensearch/retryDecision.ts';

const SHARDS =
  'Validation Failed: 1: this action would add [2] total shards, but this cluster currently has [1000]/[1000] maximum shards open;';
/** As OpenSearch 3.4 says it, with its two spaces. */
const SHARDS_NOW = SHARDS.replace('total shards', 'total  shards').replace(
  'maximum shards',
  'maximum  shards',
);

describe('a document', () => {
  test.each([
    [200, '', '', 'stored'],
    [201, '', '', 'stored'],
    [409, 'version_conflict_engine_exception', '', 'superseded'],
    [429, 'rejected_execution_exception', '', 'retry'],
    [
      429,
      'cluster_block_exception',
      'index [x] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark]',
      'retry',
    ],
    [403, 'cluster_block_exception', 'index [x] blocked by: [FORBIDDEN/8/index write (api)];', 'retry'],
    [503, 'unavailable_shards_exception', '', 'retry'],
    [504, 'timeout_exception', '', 'retry'],
    [502, '', '', 'retry'],
    [400, 'validation_exception', SHARDS, 'retry'],
    [400, 'validation_exception', SHARDS_NOW, 'retry'],
    [400, 'mapper_parsing_exception', '', 'refuse'],
    [400, 'strict_dynamic_mapping_exception', '', 'refuse'],
    [400, 'index_closed_exception', '', 'refuse'],
    [400, 'validation_exception', 'something else', 'refuse'],
    [413, '', '', 'refuse'],
    [403, 'security_exception', 'no permissions for [indices:data/write/bulk]', 'stop'],
    [401, '', '', 'stop'],
    [404, 'index_not_found_exception', 'no such index [x] and [action.auto_create_index] is [false]', 'stop'],
  ])('answered by %i %s %s: %s', (status, type, reason, decision) => {
    expect(decideItem({ status, type, reason }, 0)).toBe(decision);
    expect(decideItem({ status, type, reason }, 1_000)).toBe(decision);
  });

  test.each([
    [500, 'null_pointer_exception'],
    [404, 'index_not_found_exception'],
  ])('answered by %i %s is tried again for a while, and then refused', (status, type) => {
    expect(decideItem({ status, type, reason: '' }, 0)).toBe('retry');
    expect(decideItem({ status, type, reason: '' }, 1_000)).toBe('refuse');
  });
});

describe('a request', () => {
  const answer = (status: number, type = ''): Failure => ({ kind: 'answer', status, type, reason: '' });
  const lost = (reason: string): Failure => ({ kind: 'unreachable', status: 0, type: '', reason });
  const bulk = (documents: number, resets = 0) => ({
    documents,
    bytes: documents * 1_000_000,
    resets,
    garbled: 0,
  });
  const QUESTION = { documents: 0, bytes: 0, resets: 0, garbled: 0 };

  test.each([
    [answer(429), 'retry'],
    [answer(500), 'retry'],
    [answer(502), 'retry'],
    [answer(503, 'cluster_block_exception'), 'retry'],
    [answer(403, 'cluster_block_exception'), 'retry'],
    [answer(408), 'retry'],
    [lost('connect ECONNREFUSED'), 'retry'],
    [{ ...lost('late'), kind: 'timeout' } as const, 'retry'],
    [answer(401), 'stop'],
    [answer(403, 'security_exception'), 'stop'],
    [answer(404), 'stop'],
    [answer(405), 'stop'],
  ])('%o: %s, with documents or without', (failure, decision) => {
    expect(decideRequest(failure, bulk(2))).toBe(decision);
    expect(decideRequest(failure, QUESTION)).toBe(decision);
  });

  test.each([
    413, 400,
  ])('refused by %i is split while it has two documents, and refused with one', (status) => {
    expect(decideRequest(answer(status), bulk(2))).toBe('split');
    expect(decideRequest(answer(status), bulk(1))).toBe('refuse');
    expect(decideRequest(answer(status), QUESTION)).toBe('stop');
  });

  test('is split when it is large and its connection is reset again and again, and only then', () => {
    expect(decideRequest(lost('read ECONNRESET'), bulk(4, 2))).toBe('retry');
    expect(decideRequest(lost('read ECONNRESET'), bulk(4, 3))).toBe('split');
    expect(decideRequest(lost('read ECONNRESET'), bulk(1, 9))).toBe('retry');
    expect(
      decideRequest(lost('read ECONNRESET'), { documents: 4, bytes: 4_000, resets: 9, garbled: 0 }),
    ).toBe('retry');
  });
});

test('an answer that is no JSON is asked for again a few times, and then nothing else is', () => {
  const garbled: Failure = { kind: 'garbled', status: 0, type: '', reason: 'its answer is no JSON' };
  const after = (times: number, documents: number) =>
    decideRequest(garbled, { documents, bytes: 0, resets: 0, garbled: times });
  for (const documents of [0, 1, 2]) {
    expect(after(1, documents)).toBe('retry');
    expect(after(11, documents)).toBe('retry');
    expect(after(12, documents)).toBe('stop');
  }
});

test('a search that asks for too much is not asked again', () => {
  const failure: Failure = { kind: 'answer', status: 503, type: 'too_many_buckets_exception', reason: '' };
  const sent = { documents: 0, bytes: 0, resets: 0, garbled: 0 };
  expect(decideRequest(failure, sent)).toBe('stop');
});

test('a full disk is no reason to send less at a time, a full queue is', () => {
  expect(isBusy({ status: 429, type: 'rejected_execution_exception' })).toBe(true);
  expect(isBusy({ status: 429, type: 'cluster_block_exception' })).toBe(false);
  expect(isBusy({ status: 503, type: '' })).toBe(false);
});
