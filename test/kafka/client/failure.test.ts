// Which of kafkajs's errors can heal, and which fault the others are.
import kafkajs from 'kafkajs';
import { describe, expect, test } from 'vitest';
import {
  faultOf,
  isConnectionTrouble,
  isFinal,
  isLate,
  topicFault,
  typeOf,
} from '../../../src/kafka/client/failure.ts';
import { topicMissing } from '../../../src/kafka/faults.ts';
import { createErrorFromCode } from 'kafkajs/src/protocol/error.js';

const NOT_LEADER = 6;
const NOT_ENOUGH_REPLICAS = 19;
const TOPIC_AUTHORIZATION_FAILED = 29;
const UNKNOWN_TOPIC = 3;

describe('an error of kafkajs', () => {
  test('is known by the broker’s word in it, however it is wrapped', () => {
    const inner = createErrorFromCode(TOPIC_AUTHORIZATION_FAILED);
    const wrapped = new Error('gave up', { cause: new Error('again', { cause: inner }) });
    expect([typeOf(wrapped), isFinal(wrapped)]).toEqual(['TOPIC_AUTHORIZATION_FAILED', true]);
    expect(faultOf(wrapped, 'reading t/0')).toMatchObject({ code: 'kafka-refused', retryable: false });
  });

  test.each([NOT_LEADER, NOT_ENOUGH_REPLICAS])('of the broker’s code %i heals', (code) => {
    const cause = createErrorFromCode(code);
    expect([isFinal(cause), isConnectionTrouble(cause)]).toEqual([false, false]);
    expect(faultOf(cause, 'sending to t/0')).toMatchObject({ code: 'kafka-unavailable', retryable: true });
  });

  test('about a closed connection or a late answer puts the connection in doubt', () => {
    const closed = new kafkajs.KafkaJSConnectionError('refused');
    const late = new kafkajs.KafkaJSRequestTimeoutError('late');
    expect([closed, late].map(isConnectionTrouble)).toEqual([true, true]);
    expect([closed, late].map(isLate)).toEqual([false, true]);
  });

  test('about an unknown topic is a fault that names the topic', () => {
    const fault = topicFault(createErrorFromCode(UNKNOWN_TOPIC), 'netpol.events', 'looking');
    expect(fault).toMatchObject({ code: 'topic-missing', message: expect.stringContaining('netpol.events') });
  });

  test('that is a fault already stays what it is', () => {
    const fault = topicMissing('t');
    expect([faultOf(fault, 'anything'), isFinal(fault)]).toEqual([fault, true]);
  });

  test('without end in its causes is still answered', () => {
    const round = new Error('round');
    round.cause = round;
    expect(typeOf(round)).toBe('');
  });
});
