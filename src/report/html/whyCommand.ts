// The command that tells the whole story of one conversation, ready to be pasted.

import { isIP } from 'node:net';
import type { Conversation, End } from '../../queries/flows.ts';

/** What a shell takes as it stands, and Kubernetes allows in names. */
const PLAIN = /^[\w.:/-]+$/;

/** '' where an end cannot be named so that it is safe to paste. */
export function whyCommand(
  { direction, subject, peer, transport, port }: Conversation,
  store: string,
): string {
  const ends = direction === 'ingress' ? [peer, subject] : [subject, peer];
  const service =
    port > 0
      ? `${port}${transport === 'tcp' ? '' : `/${transport}`}`
      : transport.startsWith('icmp')
        ? 'icmp'
        : '';
  const words = [...ends.map(endWord), service];
  if (!words.every((word) => PLAIN.test(word) && !word.startsWith('-'))) return '';
  return `netpol-drift why ${words.join(' ')} --store ${PLAIN.test(store) ? store : 'FILE'}`;
}

function endWord({ namespace, workload, entity, ip }: End): string {
  if (namespace !== '') return workload === '' ? '' : `${namespace}/${workload}`;
  if (ip === '') return entity;
  return isIP(ip) === 0 ? '' : ip;
}
