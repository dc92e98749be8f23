// Reads the inputs of `doctor` to their end and gathers the facts that its rules judge.
import { expandInputs, type Input } from '../../files/inputs.ts';
import { openRejects, type Rejects } from '../../files/rejects.ts';
import { loadManifests } from '../../manifests/load.ts';
import { Fault } from '../../model/fault.ts';
import type { SnapshotInspection } from '../../model/inspection.ts';
import { REJECTED, type RejectReason } from '../../model/outcome.ts';
import type { DoctorFacts } from '../../report/doctor/facts.ts';
import type { FeedAccount } from '../../report/findings.ts';
import { createAuditInspector } from '../../sources/inspectAudit.ts';
import { createClockInspector } from '../../sources/inspectClocks.ts';
import { createFlowInspector } from '../../sources/inspectFlows.ts';
import { inspectSnapshot } from '../../sources/inspectSnapshot.ts';
import { createAccount } from '../analyze/account.ts';
import { createNamedPolicies } from '../analyze/namedPolicies.ts';
import type { Progress } from '../analyze/progress.ts';
import { type FeedHandler, readFeed } from '../analyze/reading.ts';
import { givenName } from '../analyze/snapshot.ts';
import { auditFeed, flowFeed } from './feeds.ts';
import type { DoctorOptions } from './options.ts';

export interface DoctorSurroundings {
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** One line for a person, on standard error. */
  readonly say: (message: string) => void;
}

/**
 * @throws Fault for input that is missing, broken, or holds not one record that can be read
 */
export async function examine(options: DoctorOptions, around: DoctorSurroundings): Promise<DoctorFacts> {
  const inputs = {
    flows: await expandInputs('--flows', options.flows),
    audit: await expandInputs('--audit', options.audit),
  };
  const snapshot = await readSnapshot(options, around);
  const flows = createFlowInspector();
  const named = createNamedPolicies();
  const clocks = createClockInspector();
  const audit = createAuditInspector();
  const rejects = await openRejects(null);
  const read = (feed: 'flows' | 'audit', handler: FeedHandler): Promise<FeedAccount> =>
    readInputs(feed, inputs[feed], { handler, rejects, around });
  try {
    const accounts = {
      audit: await read('audit', auditFeed(options.cluster, audit, named)),
      flows: await read('flows', flowFeed(options.cluster, { flows, clocks, named })),
    };
    around.progress.end();
    const logged = audit.read();
    // The audit log has the time to the microsecond, a snapshot only to the second.
    const created = new Map([...(snapshot?.created ?? []), ...logged.created]);
    return {
      flows: inputs.flows.length === 0 ? null : flows.read(),
      audit: inputs.audit.length === 0 ? null : logged,
      snapshot,
      snapshotName: givenName(options.policies),
      named: named.older(),
      clocks: clocks.read(created),
      accounts,
      cluster: options.cluster,
    };
  } finally {
    await rejects.discard();
  }
}

interface FeedReading {
  readonly handler: FeedHandler;
  readonly rejects: Rejects;
  readonly around: DoctorSurroundings;
}

async function readInputs(
  feed: 'flows' | 'audit',
  inputs: readonly Input[],
  { handler, rejects, around }: FeedReading,
): Promise<FeedAccount> {
  const account = createAccount();
  const { progress, signal } = around;
  progress.phase(feed, null);
  await readFeed({ inputs, account, rejects, progress, signal }, handler);
  const counts = account.read();
  const blank = counts.ignored.get('blank') ?? 0;
  const unreadable = [...counts.rejected.values()].reduce((sum, count) => sum + count, 0);
  // Flows whose fields a mask hides are rejected as well, but they can be looked at.
  const masked = counts.rejected.get('insufficient-fields') ?? 0;
  if (unreadable > 0 && masked === 0 && unreadable + blank === counts.records)
    throw new Fault(
      'input-broken',
      `--${feed} ${inputs[0]?.path ?? ''}: no record can be read (${mostOf(counts.rejected)}); check what writes it`,
    );
  return counts;
}

async function readSnapshot(
  options: DoctorOptions,
  around: DoctorSurroundings,
): Promise<SnapshotInspection | null> {
  if (options.policies.length === 0) return null;
  const { objects, problems } = await loadManifests(options.policies);
  for (const { source, message } of problems) around.say(`${source}: ${message}`);
  return inspectSnapshot(objects.map(({ object }) => object));
}

function mostOf(rejected: ReadonlyMap<RejectReason, number>): string {
  const [most] = [...rejected].toSorted(([, a], [, b]) => b - a);
  return most === undefined ? '' : REJECTED[most[0]];
}
