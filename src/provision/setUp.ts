// Everything that an installation needs before its first worker starts: topics in Kafka, templates and lifecycle
// in OpenSearch; and the alert monitors and the dashboards, where they are asked for. Run again it finds nothing to do.
// What is wrong in Kafka stops it before it alters anything.
import type { LogAdmin } from '../kafka/log.ts';
import type { Clock } from '../runtime/clock.ts';
import { ensureLifecycle } from '../stores/opensearch/lifecycleSetup.ts';
import { prune } from '../stores/opensearch/prune.ts';
import { ensureTemplates, type Setup } from '../stores/opensearch/templateSetup.ts';
import type { AlertSettings } from './alertSettings.ts';
import { ensureDashboards } from './dashboards/ensureDashboards.ts';
import { ensureMonitors } from './monitors/ensureMonitors.ts';
import { type SetupLine, stepLine } from './setupLine.ts';
import { createTopics, examineTopics } from './topics/setUpTopics.ts';
import type { PlanOptions, TopicFinding } from './topics/topicPlan.ts';
import type { WantedTopic } from './topics/wantedTopics.ts';

export interface SetupParts {
  readonly admin: LogAdmin;
  readonly topics: readonly WantedTopic[];
  readonly plan: PlanOptions;
  /** Its `dryRun` is that of the whole setup. */
  readonly openSearch: Setup;
  readonly clock: Pick<Clock, 'nowMs'>;
  /** Delete indices beyond their retention now. */
  readonly prune: boolean;
  /** null: alert monitors are left alone. */
  readonly alerts: AlertSettings | null;
  /** Address of OpenSearch Dashboards; '' = dashboards are left alone. */
  readonly dashboards: string;
  /** Of the whole: after so long the signal of `openSearch` is raised. */
  readonly limitMs: number;
}

/**
 * Kafka first: without its topics OpenSearch is of no use.
 * @returns what was done. Where a line is `wrong`, nothing was.
 * @throws Fault as Kafka's admin and OpenSearch do
 */
export async function setUp(parts: SetupParts): Promise<readonly SetupLine[]> {
  const { admin, topics, plan, openSearch } = parts;
  const findings = await examineTopics(admin, topics, plan);
  const lines = findings.map(topicLine);
  if (lines.some(({ state }) => state === 'wrong')) return lines;
  if (!openSearch.dryRun) await createTopics(admin, findings);
  return [...lines, ...(await setUpOpenSearch(parts))];
}

async function setUpOpenSearch(parts: SetupParts): Promise<readonly SetupLine[]> {
  const { openSearch, clock, alerts, dashboards, limitMs } = parts;
  const templates = await ensureTemplates(openSearch);
  const lifecycle = await ensureLifecycle(openSearch);
  const expired = parts.prune ? await prune(openSearch, clock) : [];
  const monitors = alerts === null ? [] : await ensureMonitors(openSearch, alerts);
  const shown =
    dashboards === '' ? [] : [await ensureDashboards({ ...openSearch, url: dashboards, limitMs })];
  return [
    ...templates.map(stepLine),
    ...(lifecycle === null ? [withoutLifecycle(parts.prune)] : lifecycle.map(stepLine)),
    ...expired.map(
      (index): SetupLine => ({ what: `index ${index}`, state: 'delete', detail: EXPIRED, mend: '' }),
    ),
    ...monitors,
    ...shown,
  ];
}

const EXPIRED = 'all that it holds is older than the retention';

function topicLine(finding: TopicFinding): SetupLine {
  const what = `topic ${finding.topic}`;
  const { detail } = finding;
  switch (finding.finding) {
    case 'missing':
      return { what, state: 'create', detail, mend: '' };
    case 'fine':
      return { what, state: 'fine', detail, mend: '' };
    case 'advice':
    case 'wrong':
      return { what, state: finding.finding, detail, mend: finding.mend };
  }
}

function withoutLifecycle(isPruning: boolean): SetupLine {
  const what = 'lifecycle policies';
  const detail = 'this OpenSearch has no index state management';
  if (isPruning) return { what, state: 'fine', detail: `${detail}; pruned instead`, mend: '' };
  return {
    what,
    state: 'advice',
    detail: `${detail}: nothing deletes old indices`,
    mend: 'run netpol-drift setup --prune every day',
  };
}
