// `netpol-drift setup --dashboards` as a process, on real servers but for Dashboards itself. On a dry run, so that
// nothing is left.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFolder, removeFolder, run } from '../../support/command.ts';
import { kafkaAddress, openSearchAddress } from '../../support/servers/addresses.ts';
import { type DashboardsApi, startDashboards } from './dashboardsApi.ts';

const kafka = kafkaAddress();
const openSearch = openSearchAddress();

describe.skipIf(kafka === null || openSearch === null)('setup --dashboards', () => {
  const name = `dash-${randomBytes(4).toString('hex')}`;
  let folder = '';
  let api: DashboardsApi;

  beforeAll(async () => {
    folder = makeFolder();
    api = await startDashboards();
  });
  afterAll(async () => {
    removeFolder(folder);
    await api.close();
  });

  const setup = (url: string) =>
    run(['setup', '--dry-run', '--dashboards', url], folder, '', {
      KAFKA_BROKERS: kafka ?? '',
      OPENSEARCH_URL: openSearch ?? '',
      TOPIC_PREFIX: `${name}.`,
      INDEX_PREFIX: `${name}-`,
    });

  it('asks Dashboards for the objects of its index prefix, and says what it would do', async () => {
    const { code, stdout, stderr } = await setup(`${api.url}/`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`would create  dashboards at ${api.url}: `);
    expect(api.asked).toEqual(['POST /base/api/saved_objects/_bulk_get']);
  });

  it('ends with 3 and what to do where Dashboards refuses', async () => {
    const { code, stdout } = await setup(`${api.url}/elsewhere`);
    expect(code).toBe(3);
    expect(stdout).toContain(`WRONG         dashboards at ${api.url}/elsewhere: refused (404, Not Found)\n`);
    expect(stdout).toContain('→ check that --dashboards is the address of OpenSearch Dashboards');
  });
});
