// What must not stop the stream, and what is in order beside it: lines and records for the tests of poisoned messages.
import { isObject } from '../../src/model/json.ts';
import { flowLine, leaseLine } from '../support/scenarioLines.ts';

/** A frame as our events have it, of a schema that no release ever had; its fingerprint stands in it lowest byte first. */
export const UNKNOWN_SCHEMA = Uint8Array.of(0xc3, 0x01, 1, 2, 3, 4, 5, 6, 7, 8, 0);
export const UNKNOWN_FINGERPRINT = '0807060504030201';
/** The day of all lines: its index of verdicts, without the prefix. */
const DAY_INDEX = 'verdicts-2026.11.02';

/** An index as somebody else might have made it, by hand or by a template: `destination.dns` is a number there. */
export async function spoilDay(openSearch: string, prefix: string): Promise<string> {
  const index = `${prefix}${DAY_INDEX}`;
  const response = await fetch(`${openSearch}/${index}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ mappings: { properties: { 'destination.dns': { type: 'long' } } } }),
  });
  if (!response.ok) throw new Error(await response.text());
  return index;
}

export function goodFlow(index: number): string {
  const at = `09:00:00.${String(index).padStart(6, '0')}`;
  return JSON.stringify(flowLine({ at, flow: 'shop/web -> shop/cart tcp 8080 dropped', expect: {} }, index));
}

/** A flow as good as any, whose document does not fit into the spoilt index. */
export function spoiltFlow(index: number): string {
  const line: unknown = JSON.parse(goodFlow(index));
  if (!isObject(line) || !isObject(line['flow'])) throw new Error('no flow');
  return JSON.stringify({ ...line, flow: { ...line['flow'], destination_names: ['db.example'] } });
}

export function audit(at: string): string {
  return JSON.stringify(leaseLine({ at, logging: true }, 0));
}
