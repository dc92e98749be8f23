// CIDRs of a policy → compiled prefixes. Both the API server and Cilium's CRDs want a length; a bare
// address is refused.

import { type Cidr, parseCidr } from './cidr.ts';
import { complain, items, type Place, textHere } from './place.ts';

export function parsePrefix(place: Place): Cidr | undefined {
  const cidr = parseCidr(textHere(place) ?? '');
  if (cidr === undefined) complain(place, 'must be a CIDR such as 10.0.0.0/8');
  return cidr;
}

/** Prefixes that are taken out again; `fits` says whether one may be, given what it is taken from. */
export function parseExcept(place: Place, fits: (part: Cidr) => boolean): readonly Cidr[] {
  return (items(place) ?? []).flatMap((item) => {
    const part = parsePrefix(item);
    if (part === undefined) return [];
    if (!fits(part)) complain(item, 'must lie within the CIDR that it is taken from');
    return [part];
  });
}
