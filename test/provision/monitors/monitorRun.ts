// Runs a monitor as the alerting plugin does, on the real OpenSearch, which lacks the plugin but has all that it runs a
// monitor with: the query is a Mustache template, the trigger a Painless script over the answer, the message a Mustache
// template over the same. Only the two lines that hand `ctx` to a script are ours.
import { execFileSync } from 'node:child_process';
import { at, field, isObject, type JsonValue, text, texts } from '../../../src/model/json.ts';
import type { Monitor } from '../../../src/provision/monitors/monitors.ts';
import type { Variables } from '../../support/command.ts';
import type { Server } from '../../stores/opensearch/realServer.ts';

export interface MonitorRun {
  readonly isTriggered: boolean;
  /** The clusters that it went off for, as the answer holds them. */
  readonly clusters: readonly JsonValue[];
  /** '' unless it went off: the plugin renders none then. */
  readonly subject: string;
  readonly message: string;
}

/** @param now when it is due, RFC 3339 */
export async function runMonitor(server: Server, monitor: Monitor, now: string): Promise<MonitorRun> {
  const ctx = { results: [await searchMonitor(server, monitor, now)] };
  const isTriggered = await isTrue(server, monitor, ctx);
  const { subject_template: subject, message_template: message } = monitor.action;
  const told = isTriggered
    ? await render(server, JSON.stringify({ subject: source(subject), message: source(message) }), { ctx })
    : {};
  return {
    isTriggered,
    clusters: clustersOf(ctx.results[0]),
    subject: text(field(told, 'subject')),
    message: text(field(told, 'message')),
  };
}

/** Only its search. */
async function searchMonitor(server: Server, monitor: Monitor, now: string): Promise<object> {
  const [input] = monitor.inputs;
  const indices = texts(at(input, 'search', 'indices'));
  const period = { period_start: Date.parse(now) - 60_000, period_end: Date.parse(now) };
  const query = await render(server, JSON.stringify(at(input, 'search', 'query')), period);
  const answer = await server.ask('POST', `/${indices.join(',')}/_search`, query);
  if (!isObject(answer)) throw new Error('no answer');
  return answer;
}

function clustersOf(answer: unknown): readonly JsonValue[] {
  const clusters = at(answer, 'aggregations', 'clusters', 'buckets');
  return Array.isArray(clusters) ? clusters : [];
}

/** The lines of a message that are there to be pasted. */
export function commandsOf(message: string): readonly string[] {
  return [...message.matchAll(/^ {4}(\S.*)$/gm)].map((match) => match[1] ?? '');
}

/** Variables and arguments of a command, as a shell takes it apart. */
export function takenApart(command: string): {
  readonly variables: Variables;
  readonly args: readonly string[];
} {
  const words = execFileSync('bash', ['-c', `printf '%s\\0' ${command}`], { encoding: 'utf8' });
  const parts = words.split('\0').slice(0, -1);
  const program = parts.indexOf('netpol-drift');
  const variables = parts.slice(0, program).map((part) => part.split('=', 2));
  return { variables: Object.fromEntries(variables), args: parts.slice(program + 1) };
}

async function isTrue(server: Server, { trigger }: Monitor, ctx: object): Promise<boolean> {
  const script = { source: `def ctx = params.ctx; ${text(at(trigger, 'condition', 'script', 'source'))}` };
  const executed = await server.ask('POST', '/_scripts/painless/_execute', {
    script: { ...script, params: { ctx } },
  });
  return text(field(executed, 'result')) === 'true';
}

/** The server gives back what is JSON: so the text of a template is part of one. */
async function render(server: Server, source: string, params: object): Promise<object> {
  const rendered = field(
    await server.ask('POST', '/_render/template', { source, params }),
    'template_output',
  );
  if (!isObject(rendered)) throw new Error('nothing was rendered');
  return rendered;
}

function source(template: unknown): string {
  return text(field(template, 'source'));
}
