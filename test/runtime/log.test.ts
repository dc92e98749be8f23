// What reaches the log, and what must not.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLogger, type Logger, type LogLevel, withFields } from '../../src/runtime/log.ts';
import { safeFields } from '../../src/runtime/safeFields.ts';

function memoryLog(level: LogLevel = 'info'): { readonly logger: Logger; readonly lines: () => unknown[] } {
  let text = '';
  const logger = createLogger(level, { role: 'join' }, { write: (piece) => void (text += piece) });
  const lines = (): unknown[] =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line): unknown => JSON.parse(line));
  return { logger, lines };
}

describe('the log', () => {
  it('is one JSON object a line, with level, time, message and the fields', () => {
    const { logger, lines } = memoryLog();
    logger('warn', 'OpenSearch does not answer', { status: 503, retries: 2 });
    expect(lines()).toEqual([
      {
        level: 'warn',
        time: expect.any(Number),
        role: 'join',
        msg: 'OpenSearch does not answer',
        status: 503,
        retries: 2,
      },
    ]);
  });

  it('leaves out what is less grave than its level', () => {
    const { logger, lines } = memoryLog('warn');
    logger('info', 'assigned');
    logger('error', 'failed');
    expect(lines()).toMatchObject([{ msg: 'failed' }]);
  });

  it('lets no field take the place of its own', () => {
    const { logger, lines } = memoryLog();
    logger('info', 'one', { msg: 'other', level: 'fatal', time: 0 });
    expect(lines()).toMatchObject([
      { msg: 'one', level: 'info', 'field.msg': 'other', 'field.level': 'fatal', 'field.time': 0 },
    ]);
  });

  it('adds the fields of a narrower log to each line', () => {
    const { logger, lines } = memoryLog();
    withFields(logger, { partition: 'netpol.events/3', offset: 1 })('info', 'read', { offset: 2 });
    expect(lines()).toMatchObject([{ partition: 'netpol.events/3', offset: 2 }]);
  });

  it('is not broken by whatever a field holds', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything({ withBigInt: true, withMap: true })), (fields) => {
        const { logger, lines } = memoryLog();
        logger('info', 'any', fields);
        expect(lines()).toHaveLength(1);
      }),
    );
  });
});

describe('a field of the log', () => {
  it.each([
    ['password', 'hunter2'],
    ['KAFKA_PASSWORD', 'hunter2'],
    ['sasl', { username: 'u', password: 'hunter2' }],
    ['authorization', 'Basic aHVudGVyMg=='],
    ['accessToken', 'hunter2'],
    ['key', '-----BEGIN PRIVATE KEY-----'],
  ])('named %s is never shown', (name, value) => {
    expect(safeFields({ nested: { [name]: value } })).toEqual({ nested: { [name]: '[secret]' } });
  });

  it('loses the credentials of a URL', () => {
    expect(safeFields({ url: 'tried https://writer:hunter2@search:9200/_bulk twice' })).toEqual({
      url: 'tried https://[secret]@search:9200/_bulk twice',
    });
  });

  it('tells of bytes only how many they are', () => {
    expect(safeFields({ value: new TextEncoder().encode('a record') })).toEqual({ value: '[8 bytes]' });
  });

  it('tells an error with its code and its cause', () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    expect(safeFields({ cause: new Error('no broker', { cause }) })).toMatchObject({
      cause: { name: 'Error', message: 'no broker', cause: { code: 'ECONNREFUSED' } },
    });
  });

  it('is bounded in length, width and depth', () => {
    const deep = { a: { a: { a: { a: { a: { a: 1 } } } } } };
    const many = Array.from({ length: 1_000 }, (_, index) => index);
    const text = JSON.stringify(safeFields({ deep, many, long: 'x'.repeat(100_000) }));
    expect(text.length).toBeLessThan(5_000);
    expect(text).toContain('[deeper]');
    expect(text).toContain('950 more');
  });
});
