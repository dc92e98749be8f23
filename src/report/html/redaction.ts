// Takes people and outside addresses out of a page before anything is worded: each gets a stand-in, the same
// wherever it occurs, also within diffs, reasons, messages and user agents. Names of clusters, namespaces,
// workloads, policies and DNS names stay, and so do addresses within the cluster's reach (private, link-local):
// without them a report says nothing.

import { BlockList, isIP } from 'node:net';
import { basename } from 'node:path';
import type { PageInput } from './pageInput.ts';

/** Stay wherever they stand, unless somebody talked to them or wrote from them: they name nobody. */
const PRIVATE = blockList([
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['224.0.0.0', 3],
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
]);
/** Stay even then: every machine has them. */
const EVERYWHERE = blockList([
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['::', 127],
  ['fe80::', 10],
]);

const SERVICE = 'system:';
const ADDRESS_LIKE = /[0-9a-f:.]*[:.][0-9a-f:.]*[0-9a-f:]/gi;
/** Within other texts shorter names are words of any language. */
const SHORTEST_NAME = 3;
/** Fields that hold nothing but the name of a person or service. */
const NAME_FIELDS: ReadonlySet<string> = new Set(['user', 'impersonator', 'author']);
/** Fields whose values are words of our own, which a person may be called, too. */
const WORD_FIELDS: ReadonlySet<string> = new Set(
  (
    'kind verb outcome confidence observed declared drift direction detail state use matchType evidence as feed ' +
    'transport reasonNow declaredNow history entity peerEntity undecidableNow id changeId causeId undoneBy auditId'
  ).split(' '),
);

/** Which keys hold what; every other text is searched for the people and addresses that were found. */
export interface RedactedKeys {
  /** Nothing but the name of a person or service. */
  readonly names: ReadonlySet<string>;
  /** Words of our own, which a person may be called, too. */
  readonly words: ReadonlySet<string>;
  /** Texts whose addresses were talked to, or written from: replaced even where they are private. */
  readonly addresses: ReadonlySet<string>;
}

const PAGE_KEYS: RedactedKeys = {
  names: NAME_FIELDS,
  words: WORD_FIELDS,
  addresses: new Set(['ip', 'peerIp', 'addresses']),
};

/** The same, with the stand-ins, and with names of files instead of their paths. */
export function redacted(input: PageInput): PageInput {
  const { findings, ...rest } = withStandIns(input, PAGE_KEYS);
  const { store, documents, rejects, report } = findings.kept;
  const kept = {
    store: basename(store),
    documents: basename(documents),
    rejects: basename(rejects),
    report: basename(report),
  };
  return { ...rest, findings: { ...findings, kept } };
}

/** The same, with the stand-ins: `user-1`, `external-1`, numbered in the order of their first occurrence. */
export function withStandIns<T>(input: T, keys: RedactedKeys): T {
  const names = new Set(textsUnder(input, keys.names).filter(isPerson));
  const users = standIns('user', names);
  const explicit = new Set(
    textsUnder(input, keys.addresses)
      .flatMap((text) => text.match(ADDRESS_LIKE) ?? [])
      .filter((text) => isIP(text) !== 0 && !holds(EVERYWHERE, text))
      .map((text) => text.toLowerCase()),
  );
  const addresses = standIns('external', explicit);
  const replaceUsers = userReplacer(names, users);
  const replaceAddress = (found: string): string => {
    const address = found.toLowerCase();
    const isOutside = isIP(found) !== 0 && (explicit.has(address) || !holds(PRIVATE, found));
    return isOutside ? addresses(address) : found;
  };
  return mapTexts(input, (text, key) => {
    if (keys.names.has(key)) return isPerson(text) ? users(text) : text;
    if (keys.words.has(key)) return text;
    return replaceUsers(text).replace(ADDRESS_LIKE, replaceAddress);
  });
}

/** Gives every name its stand-in, numbered as they come; `known` come first. */
function standIns(word: string, known: Iterable<string>): (name: string) => string {
  const given = new Map<string, string>();
  const standIn = (name: string): string => {
    const stand = given.get(name) ?? `${word}-${given.size + 1}`;
    given.set(name, stand);
    return stand;
  };
  for (const name of known) standIn(name);
  return standIn;
}

/** Of the cluster's own parts and service accounts nobody is named. */
function isPerson(user: string): boolean {
  return user !== '' && !user.startsWith(SERVICE);
}

/** Within other texts a person is found under each name that is surely theirs, in any case, as a whole word. */
function userReplacer(
  users: ReadonlySet<string>,
  standIn: (name: string) => string,
): (text: string) => string {
  const stands = new Map<string, string>();
  for (const user of users)
    for (const form of [user, user.replace(/@.*$/s, ''), user.replace(/^.*[:/]/s, '')])
      if (form.length >= SHORTEST_NAME && !stands.has(form.toLowerCase()))
        stands.set(form.toLowerCase(), standIn(user));
  if (stands.size === 0) return (text) => text;
  const longestFirst = [...stands.keys()].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(
    `(?<![\\p{L}\\p{N}])(?:${longestFirst.map(literally).join('|')})(?![\\p{L}\\p{N}])`,
    'giu',
  );
  return (text) => text.replace(pattern, (found) => stands.get(found.toLowerCase()) ?? found);
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** All texts that stand under one of the keys, alone or in a list, in the order of the input. */
function textsUnder(input: unknown, keys: ReadonlySet<string>): readonly string[] {
  const found: string[] = [];
  mapTexts(input, (text, key) => {
    if (keys.has(key)) found.push(text);
    return text;
  });
  return found;
}

/**
 * The same shape with other texts; keys of objects and maps stay, functions do not occur.
 * @param replace is given the text and the key that it stands under; in a list, the key of the list
 */
function mapTexts<T>(value: T, replace: (text: string, key: string) => string): T {
  const mapped = (item: unknown, key: string): unknown => {
    if (typeof item === 'string') return replace(item, key);
    if (typeof item !== 'object' || item === null) return item;
    if (Array.isArray(item)) return item.map((one) => mapped(one, key));
    if (item instanceof Map) return new Map([...item].map(([name, one]) => [name, mapped(one, key)]));
    return Object.fromEntries(Object.entries(item).map(([name, one]) => [name, mapped(one, name)]));
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every text becomes a text, the rest is kept
  return mapped(value, '') as T;
}

function blockList(nets: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [net, bits] of nets) list.addSubnet(net, bits, isIP(net) === 6 ? 'ipv6' : 'ipv4');
  return list;
}

function holds(list: BlockList, address: string): boolean {
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
