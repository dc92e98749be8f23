// One bulk until each of its documents has an outcome: what can heal is sent again after a while, only that and
// however long it takes; what was too much for one request is sent in halves.
import { type BulkLine, halves, MAX_DOCUMENT_BYTES } from './bulkRequest.ts';
import type { ItemOutcome } from './bulkResponse.ts';
import { bytesOf, type SendBulk, type SenderParts } from './bulkSender.ts';
import type { Refused, Written } from './documentStore.ts';
import { type Patience, refused as refusedFault, waitToRetry } from './patience.ts';
import { decideItem, decideRequest, type Failure, isInternal, isReset } from './retryDecision.ts';

export interface DeliveryParts extends Pick<Patience, 'logger' | 'random'>, Pick<SenderParts, 'observe'> {
  /** With the permit of the caller. */
  readonly send: (lines: readonly BulkLine[], signal: AbortSignal) => ReturnType<SendBulk>;
}

type Trouble = Pick<Failure, 'status' | 'type' | 'reason'>;

const NOTHING: Written = { acknowledged: 0, superseded: 0, refused: [] };

/** @throws Fault `opensearch-refused` where no document will be taken, or the signal's reason */
export async function deliver(
  parts: DeliveryParts,
  lines: readonly BulkLine[],
  signal: AbortSignal,
): Promise<Written> {
  const internalErrors = new Map<BulkLine, number>();
  let written: Written = { ...NOTHING, refused: lines.filter(isTooLong).map(refusedForLength) };
  let waiting: readonly BulkLine[] = lines.filter((line) => !isTooLong(line));
  let resets = 0;
  let garbled = 0;
  for (let attempt = 1; waiting.length > 0; attempt += 1) {
    const result = await parts.send(waiting, signal);
    let trouble: Trouble | null;
    if (result.kind === 'outcomes') {
      const round = sortOut(waiting, result.items, internalErrors);
      written = sumOf([written, round.written]);
      ({ again: waiting, trouble } = round);
      resets = 0;
      garbled = 0;
    } else {
      trouble = result;
      resets = isReset(result) ? resets + 1 : 0;
      garbled = result.kind === 'garbled' ? garbled + 1 : 0;
      const sent = { documents: waiting.length, bytes: bytesOf(waiting), resets, garbled };
      const decision = decideRequest(result, sent);
      if (decision === 'stop') throw refusedFault('documents', result);
      if (decision === 'refuse')
        return sumOf([written, { ...NOTHING, refused: waiting.map((line) => refusal(line, result)) }]);
      if (decision === 'split') return sumOf([written, ...(await deliverHalves(parts, waiting, signal))]);
    }
    if (trouble === null) continue;
    const why = trouble.type || (result.kind === 'outcomes' ? String(trouble.status) : result.kind);
    parts.observe({ kind: 'retry', documents: waiting.length, why });
    const doing = `writing ${waiting.length} documents`;
    await waitToRetry(parts, { doing, attempt, failure: trouble }, signal);
  }
  return written;
}

export function sumOf(parts: readonly Written[]): Written {
  return {
    acknowledged: parts.reduce((sum, { acknowledged }) => sum + acknowledged, 0),
    superseded: parts.reduce((sum, { superseded }) => sum + superseded, 0),
    refused: parts.flatMap(({ refused }) => refused),
  };
}

async function deliverHalves(
  parts: DeliveryParts,
  lines: readonly BulkLine[],
  signal: AbortSignal,
): Promise<readonly Written[]> {
  const [left, right] = halves(lines);
  return [await deliver(parts, left, signal), await deliver(parts, right, signal)];
}

interface Round {
  readonly written: Written;
  readonly again: readonly BulkLine[];
  /** The first trouble of those to be sent again; null when there are none. */
  readonly trouble: Trouble | null;
}

/** @param internalErrors of each line; counted on here */
function sortOut(
  lines: readonly BulkLine[],
  items: readonly ItemOutcome[],
  internalErrors: Map<BulkLine, number>,
): Round {
  let acknowledged = 0;
  let superseded = 0;
  let trouble: Trouble | null = null;
  const refused: Refused[] = [];
  const again: BulkLine[] = [];
  for (const [index, line] of lines.entries()) {
    const item = items[index];
    if (item === undefined) throw new RangeError('an item without an outcome');
    const before = internalErrors.get(line) ?? 0;
    switch (decideItem(item, before)) {
      case 'stored':
        acknowledged += 1;
        break;
      case 'superseded':
        superseded += 1;
        break;
      case 'refuse':
        refused.push(refusal(line, item));
        break;
      case 'stop':
        throw refusedFault(`documents for ${line.document._index}`, item);
      case 'retry':
        if (isInternal(item)) internalErrors.set(line, before + 1);
        trouble ??= item;
        again.push(line);
    }
  }
  return { written: { acknowledged, superseded, refused }, again, trouble };
}

const REASON_CHARS = 1_000;

function refusal({ document }: BulkLine, { status, type, reason }: Trouble): Refused {
  const words = [type, reason].filter(Boolean).join(': ');
  return { document, status, reason: words.slice(0, REASON_CHARS) };
}

function isTooLong({ bytes }: BulkLine): boolean {
  return bytes > MAX_DOCUMENT_BYTES;
}

function refusedForLength(line: BulkLine): Refused {
  const reason = `${line.bytes} bytes, at most ${MAX_DOCUMENT_BYTES} are sent`;
  return refusal(line, { status: 413, type: 'document-too-long', reason });
}
