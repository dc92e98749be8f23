// What Hubble saw of the request (`l7`), in one short line. Headers and bodies are never kept.

import type { L7Summary } from '../model/event.ts';
import { field, isObject, type JsonObject, text } from '../model/json.ts';

const PROTOCOLS = ['http', 'dns', 'kafka'] as const;
const MAX_SUMMARY_LENGTH = 256;

export function layer7Of(l7: JsonObject | null | undefined): L7Summary | null {
  if (l7 === null || l7 === undefined) return null;
  const protocol = PROTOCOLS.find((name) => isObject(field(l7, name))) ?? '';
  const part = field(l7, protocol);
  return {
    protocol,
    type: text(field(l7, 'type')),
    summary: summaryOf(protocol, part).slice(0, MAX_SUMMARY_LENGTH),
  };
}

function summaryOf(protocol: (typeof PROTOCOLS)[number] | '', part: unknown): string {
  switch (protocol) {
    case 'http':
      return `${text(field(part, 'method'))} ${withoutQuery(text(field(part, 'url')))}`.trim();
    case 'dns':
      return text(field(part, 'query'));
    case 'kafka':
      return `${text(field(part, 'api_key'))} ${text(field(part, 'topic'))}`.trim();
    case '':
      break;
  }
  return '';
}

/** Queries carry tokens and names of people. */
function withoutQuery(url: string): string {
  const mark = url.indexOf('?');
  return mark < 0 ? url : url.slice(0, mark);
}
