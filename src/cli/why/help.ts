// What would let a denied conversation through now: the change that broke it taken back, and the least that
// would do. Both are tried on the policies of now before they are named.
import { content } from '../../documents/content.ts';
import { differences } from '../../documents/differences.ts';
import type { Standing } from '../../join/inquiry.ts';
import { isUndoneBy, smallestRemedy } from '../../join/remedy.ts';
import { field, type JsonObject, text } from '../../model/json.ts';
import type { PolicyRef } from '../../model/refs.ts';
import type { Help } from '../../report/why/answer.ts';
import type { ChangeRecord } from '../../timeline/reader.ts';
import type { Inquest } from './inquest.ts';
import { tookBack } from './handmade.ts';

/** [] where the policies do not deny it, or nothing small helps. */
export function helpsOf(inquest: Inquest, now: Standing): readonly Help[] {
  const { inquiry, end, ownerOf, manifestOf } = inquest;
  if (now.decision.declared !== 'denied') return [];
  const placeOf = (ref: PolicyRef): Place => ({ managedBy: ownerOf(ref), manifest: manifestOf(ref) });
  const { cause } = inquiry.causeAt(now.event, end);
  // What took back a change by hand is taken back in vain.
  const isBroken =
    cause !== null &&
    cause.before === 'allowed' &&
    tookBack(inquest, cause.change) === null &&
    isUndoneBy(cause.change, now);
  const remedy = smallestRemedy(now);
  return [
    ...(isBroken ? [{ ...takeBack(cause.change), ...placeOf(cause.change.ref) }] : []),
    ...(remedy === null ? [] : [{ ...remedy, ...placeOf(remedy.ref), lines: [] }]),
  ];
}

/** Where a policy is to be changed. */
type Place = Pick<Help, 'managedBy' | 'manifest'>;

function takeBack({ ref, before, after }: ChangeRecord): Omit<Help, keyof Place> {
  const isEdit = before !== null && after !== null;
  return {
    kind: 'take-back',
    ref,
    lines: isEdit ? differences(content(after), content(before)) : [],
    fragment: before === null || isEdit ? null : asManifest(before),
  };
}

/** Without what the API server wrote into it. */
function asManifest(object: JsonObject): JsonObject {
  const metadata = field(object, 'metadata');
  const namespace = text(field(metadata, 'namespace'));
  const spec = field(object, 'spec');
  const specs = field(object, 'specs');
  return {
    apiVersion: text(field(object, 'apiVersion')),
    kind: text(field(object, 'kind')),
    metadata: { name: text(field(metadata, 'name')), ...(namespace === '' ? {} : { namespace }) },
    ...(spec === undefined ? {} : { spec }),
    ...(specs === undefined ? {} : { specs }),
  };
}
