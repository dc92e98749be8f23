// DNS names as toFQDNs rules write them (cilium/cilium pkg/fqdn/matchpattern): `*` stands for any run of
// characters within one label, a leading `**.` for one or more whole labels, a pattern of stars alone for
// every name. Matching is label by label without regular expressions: patterns are untrusted, and the
// work is at most the product of both lengths.

export interface DnsPattern {
  /** As written in the policy; also the text of Cilium's `fqdn:` label for it. */
  readonly text: string;
  readonly every: boolean;
  /** A leading `**.`, already cut off `labels`. */
  readonly deep: boolean;
  readonly labels: readonly string[];
}

/** A literal name: nothing in it is a wildcard. */
export function dnsName(text: string): DnsPattern {
  return { text, every: false, deep: false, labels: labelsOf(text) };
}

export function dnsPattern(text: string): DnsPattern {
  const every = /^\*+\.?$/.test(text);
  const deep = !every && /^\*{2,}\./.test(text);
  return { text, every, deep, labels: labelsOf(deep ? text.slice(text.indexOf('.') + 1) : text) };
}

/** Case does not matter, nor does a trailing dot on either side. */
export function matchesName(pattern: DnsPattern, name: string): boolean {
  const labels = labelsOf(name);
  if (pattern.every) return true;
  const extra = labels.length - pattern.labels.length;
  if (pattern.deep ? extra < 1 : extra !== 0) return false;
  return pattern.labels.every((part, index) => matchesLabel(part, labels[index + extra] ?? ''));
}

function labelsOf(name: string): readonly string[] {
  return name.toLowerCase().replace(/\.$/, '').split('.');
}

/** One label against one part with stars: greedy, going back to the last star only. */
function matchesLabel(part: string, label: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  let index = 0;
  while (index < label.length) {
    if (part[at] === '*') {
      star = at;
      at += 1;
      resume = index;
    } else if (part[at] === label[index]) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      at = star + 1;
      resume += 1;
      index = resume;
    } else return false;
  }
  while (part[at] === '*') at += 1;
  return at === part.length;
}
