// Brings the dashboards to what this version of the program has. An import replaces objects as a whole: what people
// altered in ours is lost with it, so they keep a copy under another name (docs/dashboards.md). Nothing else in
// Dashboards is looked at.
import { setTimeout as pause } from 'node:timers/promises';
import { field, number, text } from '../../model/json.ts';
import type { Setup } from '../../stores/opensearch/templateSetup.ts';
import type { SetupLine } from '../setupLine.ts';
import { savedObjects } from './dashboards.ts';
import { type SavedObject, toNdjson } from './savedObject.ts';
import { askDashboards, type DashboardsAnswer, type DashboardsRequest } from './server.ts';
import { standingOf } from './storedObjects.ts';

const API = '/api/saved_objects';
const BOUNDARY = 'netpol-drift-saved-objects';

/** It starts slowly, and says 503 until it is ready. */
const NOT_YET: readonly number[] = [429, 502, 503, 504];
const WAIT_MS = 2_000;
const MS_PER_MINUTE = 60_000;

/** So many refusals are told one by one. */
const MOST_TOLD = 5;

export interface DashboardsSetup extends Pick<Setup, 'settings' | 'dryRun' | 'signal' | 'logger'> {
  /** http: or https:, with the base path that Dashboards has. */
  readonly url: string;
  /** After so long, or soon before, `signal` is raised; for messages. */
  readonly limitMs: number;
  /** Between two tries. */
  readonly waitMs?: number;
}

/** One line, `wrong` when Dashboards cannot be reached or refuses. */
export async function ensureDashboards(setup: DashboardsSetup): Promise<SetupLine> {
  const objects = savedObjects(setup.settings.indexPrefix);
  const told = (state: SetupLine['state'], detail: string, mend = ''): SetupLine => ({
    what: `dashboards at ${setup.url}`,
    state,
    detail,
    mend,
  });
  const found = await askPatiently(setup, lookUp(objects));
  if (!isFine(found)) return told('wrong', ...refusal(found));
  const stored = list(field(parsed(found.text), 'saved_objects'));
  const standings = objects.map((object) =>
    standingOf(
      object,
      stored.find((one) => field(one, 'id') === object.id && field(one, 'type') === object.type),
    ),
  );
  const amount = (which: 'missing' | 'other'): number => standings.filter((one) => one === which).length;
  const [missing, other] = [amount('missing'), amount('other')];
  if (missing + other === 0) return told('fine', `${objects.length} objects`);
  const detail = `${missing} of ${objects.length} objects are new, ${other} are of another version or were altered`;
  const state = missing === objects.length ? 'create' : 'update';
  if (setup.dryRun) return told(state, state === 'create' ? `${objects.length} objects` : detail);
  const imported = await askPatiently(setup, importOf(objects));
  if (!isFine(imported)) return told('wrong', ...refusal(imported));
  const refused = refusedObjects(imported.text);
  if (refused.length > 0) return told('wrong', refused.join('; '), 'the log of Dashboards says more');
  return told(state, state === 'create' ? `${objects.length} objects` : detail);
}

type Fine = Extract<DashboardsAnswer, { kind: 'answered' }>;

function isFine(answer: DashboardsAnswer): answer is Fine {
  return answer.kind === 'answered' && answer.status === 200;
}

function lookUp(objects: readonly SavedObject[]): DashboardsRequest {
  const body = JSON.stringify(objects.map(({ type, id }) => ({ type, id })));
  return { path: `${API}/_bulk_get`, contentType: 'application/json', body };
}

/** The ending of the file's name counts. */
function importOf(objects: readonly SavedObject[]): DashboardsRequest {
  const head = [
    `--${BOUNDARY}`,
    'Content-Disposition: form-data; name="file"; filename="netpol-drift.ndjson"',
    'Content-Type: application/ndjson',
  ];
  const body = [...head, '', toNdjson(objects), `--${BOUNDARY}--`, ''].join('\r\n');
  return {
    path: `${API}/_import?overwrite=true`,
    contentType: `multipart/form-data; boundary=${BOUNDARY}`,
    body,
  };
}

/**
 * Until the limit of the whole setup; then it is given what was answered last. Somebody sits before it: waiting is told
 * at once, and on a dry run there is none.
 */
async function askPatiently(
  { url, settings, dryRun, signal, logger, limitMs, waitMs = WAIT_MS }: DashboardsSetup,
  request: DashboardsRequest,
): Promise<DashboardsAnswer> {
  let last: DashboardsAnswer = { kind: 'unreachable', reason: 'no answer' };
  try {
    for (let attempt = 1; ; attempt += 1) {
      last = await askDashboards(url, settings, request, signal);
      if (dryRun || (last.kind === 'answered' && !NOT_YET.includes(last.status))) return last;
      const said = last.kind === 'answered' ? `status ${last.status}` : last.reason;
      if (attempt === 1)
        logger('warn', `OpenSearch Dashboards at ${url} does not answer yet (${said}); ${trying(limitMs)}`);
      await pause(waitMs, undefined, { signal });
    }
  } catch (cause) {
    if (!signal.aborted) throw cause;
    return last;
  }
}

function trying(limitMs: number): string {
  return `trying for ${Math.ceil(limitMs / MS_PER_MINUTE)} min`;
}

/** What is wrong, and what to do about it. */
function refusal(answer: DashboardsAnswer): readonly [string, string] {
  if (answer.kind === 'unreachable')
    return [`does not answer (${answer.reason})`, 'check --dashboards, and whether Dashboards runs'];
  const body = parsed(answer.text);
  const said = text(field(body, 'message')) || text(field(body, 'error'));
  const detail = `refused (${answer.status}${said === '' ? '' : `, ${said.slice(0, 300)}`})`;
  return [detail, mendOf(answer.status)];
}

function mendOf(status: number): string {
  if (status === 401)
    return 'check OPENSEARCH_USERNAME and OPENSEARCH_PASSWORD: Dashboards has the same users';
  if (status === 403) return 'let that user write saved objects (role kibana_user of the security plugin)';
  if (status === 413) return 'raise savedObjects.maxImportPayloadBytes in opensearch_dashboards.yml';
  if (status === 200 || status >= 500) return 'the log of Dashboards says more';
  return 'check that --dashboards is the address of OpenSearch Dashboards 2 or 3, with its base path';
}

/** `type id: why` of what the import left out. */
function refusedObjects(answer: string): readonly string[] {
  const body = parsed(answer);
  if (field(body, 'success') === true) return [];
  const errors = list(field(body, 'errors'));
  const told = errors.slice(0, MOST_TOLD).map((one) => {
    const why = text(field(field(one, 'error'), 'type')) || 'refused';
    return `${text(field(one, 'type'))} ${text(field(one, 'id'))}: ${why}`;
  });
  const more = errors.length - told.length;
  const head = `${number(field(body, 'successCount')) ?? 0} objects imported`;
  return [head, ...told, ...(more > 0 ? [`${more} more`] : [])];
}

function parsed(answer: string): unknown {
  try {
    return JSON.parse(answer);
  } catch {
    return null;
  }
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
