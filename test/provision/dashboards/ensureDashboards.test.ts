// `setup --dashboards` against the saved objects API.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { text } from '../../../src/model/json.ts';
import { savedObjects } from '../../../src/provision/dashboards/dashboards.ts';
import {
  type DashboardsSetup,
  ensureDashboards,
} from '../../../src/provision/dashboards/ensureDashboards.ts';
import type { LogLevel } from '../../../src/runtime/log.ts';
import { OPENSEARCH_DEFAULTS } from '../../../src/stores/opensearch/settings.ts';
import { type DashboardsApi, startDashboards } from './dashboardsApi.ts';

const ALL = savedObjects(OPENSEARCH_DEFAULTS.indexPrefix).length;
const IMPORT = 'POST /base/api/saved_objects/_import?overwrite=true';

let api: DashboardsApi;
let said: string[];

beforeEach(async () => {
  api = await startDashboards();
  said = [];
});
afterEach(() => api.close());

const ensure = (change: Partial<DashboardsSetup> = {}) =>
  ensureDashboards({
    settings: OPENSEARCH_DEFAULTS,
    dryRun: false,
    signal: new AbortController().signal,
    logger: (_level, message) => said.push(message),
    url: api.url,
    limitMs: 120_000,
    waitMs: 1,
    ...change,
  });

/** What somebody does in Dashboards. */
function alter(key: string, attributes: Record<string, unknown>): void {
  const stored = api.objects.get(key);
  if (stored === undefined) throw new Error(`no ${key}`);
  api.objects.set(key, { ...stored, attributes: { ...Object(stored['attributes']), ...attributes } });
}

describe('the dashboards', () => {
  it('are imported once, and found as wanted from then on', async () => {
    expect(await ensure()).toMatchObject({
      what: `dashboards at ${api.url}`,
      state: 'create',
      detail: `${ALL} objects`,
    });
    expect(api.objects.size).toBe(ALL);
    expect(await ensure()).toMatchObject({ state: 'fine' });
    expect(api.asked.filter((one) => one === IMPORT)).toHaveLength(1);
  });

  it('are only told of on a dry run', async () => {
    expect(await ensure({ dryRun: true })).toMatchObject({ state: 'create', detail: `${ALL} objects` });
    expect(api.objects.size).toBe(0);
  });

  it('are brought back where somebody altered or deleted one', async () => {
    await ensure();
    alter('visualization netpol-attention', { title: 'ours' });
    api.objects.delete('dashboard netpol-drift');
    const told = `1 of ${ALL} objects are new, 1 are of another version or were altered`;
    expect(await ensure({ dryRun: true })).toMatchObject({ state: 'update', detail: told });
    expect(await ensure()).toMatchObject({ state: 'update', detail: told });
    expect(await ensure()).toMatchObject({ state: 'fine' });
  });

  it('are as wanted where Dashboards has only added what it knows itself', async () => {
    await ensure();
    const pattern = savedObjects(OPENSEARCH_DEFAULTS.indexPrefix).find(({ id }) => id === 'netpol-feeds');
    const fields: unknown = JSON.parse(text(pattern?.attributes['fields']));
    const more = { name: '_ignored', type: 'string' };
    alter('index-pattern netpol-feeds', {
      fields: JSON.stringify([more, ...Object(fields)]),
      sourceFilters: '[]',
    });
    expect(await ensure()).toMatchObject({ state: 'fine' });
    alter('index-pattern netpol-feeds', { fields: '[]' });
    expect(await ensure()).toMatchObject({ state: 'update' });
  });

  it('of another prefix stand beside them', async () => {
    await ensure();
    await ensure({ settings: { ...OPENSEARCH_DEFAULTS, indexPrefix: 'team-a.' } });
    expect(api.objects.size).toBe(2 * ALL);
  });

  it('wait until Dashboards is ready, and say so once', async () => {
    api.instead.push([503, {}], [503, {}]);
    expect(await ensure()).toMatchObject({ state: 'create' });
    expect(said).toEqual([
      `OpenSearch Dashboards at ${api.url} does not answer yet (status 503); trying for 2 min`,
    ]);
  });

  it('are not waited for on a dry run', async () => {
    api.instead.push([503, {}]);
    expect(await ensure({ dryRun: true })).toMatchObject({ state: 'wrong' });
    expect(said).toEqual([]);
    expect(api.asked).toHaveLength(1);
  });
});

describe('what is in the way is told with what to do', () => {
  it('a user that Dashboards does not know', async () => {
    await api.close();
    api = await startDashboards('writer:secret');
    expect(await ensure()).toEqual({
      what: `dashboards at ${api.url}`,
      state: 'wrong',
      detail: 'refused (401, Authentication required)',
      mend: 'check OPENSEARCH_USERNAME and OPENSEARCH_PASSWORD: Dashboards has the same users',
    });
    const settings = { ...OPENSEARCH_DEFAULTS, username: 'writer', password: 'secret' };
    expect(await ensure({ settings })).toMatchObject({ state: 'create' });
  });

  it.each([
    [403, 'role kibana_user'],
    [404, 'with its base path'],
    [302, 'with its base path'],
    [413, 'maxImportPayloadBytes'],
    [500, 'the log of Dashboards'],
  ])('an answer of %i', async (status, mend) => {
    api.instead.push([status, { message: 'no' }]);
    expect(await ensure()).toMatchObject({
      state: 'wrong',
      detail: `refused (${status}, no)`,
      mend: expect.stringContaining(mend),
    });
  });

  it('an address at which something else answers', async () => {
    expect(await ensure({ url: `${api.url}/elsewhere` })).toMatchObject({
      state: 'wrong',
      mend: expect.stringContaining('with its base path'),
    });
  });

  it('objects that were refused, the first of them by name', async () => {
    const errors = Array.from({ length: 7 }, (_, index) => ({
      type: 'visualization',
      id: `netpol-${index}`,
      error: { type: 'conflict' },
    }));
    const nothing = savedObjects(OPENSEARCH_DEFAULTS.indexPrefix).map(({ type, id }) => ({
      type,
      id,
      error: {},
    }));
    api.instead.push([200, { saved_objects: nothing }], [200, { success: false, successCount: 3, errors }]);
    const { state, detail } = await ensure();
    expect(state).toBe('wrong');
    expect(detail).toBe(
      `3 objects imported; ${[0, 1, 2, 3, 4].map((n) => `visualization netpol-${n}: conflict`).join('; ')}; 2 more`,
    );
  });

  it('nobody who answers until the limit of setup; what it waits for is told at once', async () => {
    await api.close();
    const limit = new AbortController();
    const logger = (_level: LogLevel, message: string): void => {
      said.push(message);
      limit.abort();
    };
    const line = await ensure({ signal: limit.signal, logger });
    expect(line).toMatchObject({ state: 'wrong', detail: expect.stringContaining('does not answer (') });
    expect(said).toEqual([
      expect.stringMatching(/does not answer yet \(.*ECONNREFUSED.*\); trying for 2 min$/),
    ]);
    api = await startDashboards();
  });
});
