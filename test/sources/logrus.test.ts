import { expect, test } from 'vitest';
import { logrusMessage } from '../../src/sources/logrus.ts';

test.each([
  ['level=info msg="plain text" subsys=hubble', 'plain text'],
  [String.raw`level=info msg="{\"a\":\"b\\c\"}"`, String.raw`{"a":"b\c"}`],
  [
    String.raw`msg="bell \a, tab \v, byte \x07, smile \U0001f600, euro \u20ac"`,
    'bell \u0007, tab \u000b, byte \u0007, smile 😀, euro €',
  ],
  ['level=info msg=unquoted', undefined],
  [String.raw`level=info msg="bad \q escape"`, undefined],
  ['level=info msg="never closed', undefined],
  ['level=info xmsg="other key"', undefined],
])('%s', (text, message) => {
  expect(logrusMessage(text)).toBe(message);
});
