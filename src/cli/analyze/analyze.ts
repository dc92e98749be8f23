// The main job on files: both logs in, joined documents out, the answer printed.
//
//   audit files ─┐                        ┌─▶ store (verdicts, rollups, changes, policies, feeds)
//   policies   ──┼─▶ timeline per cluster │        │ queries
//   flow files ──┴───────────▶ join ──────┘        ▼
//                                             summary ─▶ terminal or NDJSON
//
// The audit files are read whole before the first flow, so no verdict waits and every document is final.
import { changeDocument } from '../../documents/changeDocument.ts';
import { feedDocuments } from '../../documents/feedDocument.ts';
import { missingPolicyDocument, policyDocument } from '../../documents/policyDocument.ts';
import { expandInputs, type Input, STDIN } from '../../files/inputs.ts';
import { type Spool, spoolStdin } from '../../files/spool.ts';
import { compareWithManifests } from '../../documents/manifestsView.ts';
import type { CacheStats } from '../../join/lru.ts';
import { Fault } from '../../model/fault.ts';
import type { PolicyRef } from '../../model/refs.ts';
import { type Coverage, createCoverage } from '../../normalise/coverage.ts';
import type { CacheFigures, FeedAccount, Findings } from '../../report/findings.ts';
import { createAccount } from './account.ts';
import { auditedNow } from './auditedNow.ts';
import { auditHandler } from './auditPass.ts';
import { caveatsOf } from './caveats.ts';
import { type ClusterState, createClusters, SecondCluster } from './clusters.ts';
import { createFlowPass, type FlowPass } from './flowPass.ts';
import { type GivenManifests, readManifests } from './manifests.ts';
import type { AnalyzeOptions } from './options.ts';
import { openOutputs, type Outputs } from './outputs.ts';
import { checkPlaces } from './places.ts';
import type { Progress } from './progress.ts';
import { readFeed, type Reading } from './reading.ts';
import { type GivenSnapshot, readSnapshot } from './snapshot.ts';

export interface Surroundings {
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** One line for a person, on standard error. */
  readonly say: (message: string) => void;
  /** Milliseconds of a clock that only ever goes forward. */
  readonly nowMs: () => number;
}

export interface Analysis {
  readonly findings: Findings;
  readonly outputs: Outputs;
}

/**
 * Reads, joins and stores everything; the caller asks the store for its summary and then commits or discards.
 * @throws Fault for what stops the job: missing or broken input, unwritable output
 */
export async function analyze(options: AnalyzeOptions, around: Surroundings): Promise<Analysis> {
  const begun = around.nowMs();
  const manifests = await readManifests(options.manifests, around.say);
  const inputs = await openInputs(options, around.signal);
  const outputs = await openOutputs(options);
  try {
    const job = { options, around, inputs, outputs, manifests };
    const findings = await runUnlessSeveralClusters(job);
    return { findings: { ...findings, tookMs: around.nowMs() - begun }, outputs };
  } catch (fault) {
    await outputs.discard();
    throw fault;
  } finally {
    await inputs.spool?.discard();
  }
}

interface Inputs {
  readonly flows: readonly Input[];
  readonly audit: readonly Input[];
  /** The copy of standard input, where both logs come mixed on it. */
  readonly spool: Spool | null;
}

interface Job {
  readonly options: AnalyzeOptions;
  readonly around: Surroundings;
  readonly inputs: Inputs;
  readonly outputs: Outputs;
  /** null when none were given. */
  readonly manifests: GivenManifests | null;
}

async function openInputs(options: AnalyzeOptions, signal: AbortSignal): Promise<Inputs> {
  const flows = await expandInputs('--flows', options.flows);
  const audit = await expandInputs('--audit', options.audit);
  await checkPlaces(options, [...flows, ...audit]);
  const isStdin = ({ path }: Input): boolean => path === STDIN;
  if (!flows.some(isStdin) || !audit.some(isStdin)) return { flows, audit, spool: null };
  const spool = await spoolStdin({ signal });
  const swap = (input: Input): Input => (isStdin(input) ? spool.input : input);
  return { flows: flows.map(swap), audit: audit.map(swap), spool };
}

/** With records of no cluster and flows of several, starts over and rejects those records. */
async function runUnlessSeveralClusters(job: Job): Promise<Findings> {
  try {
    return await run(job, 'adopt');
  } catch (cause) {
    if (!(cause instanceof SecondCluster)) throw cause;
    if (job.inputs.spool === null && job.inputs.flows.some(({ path }) => path === STDIN))
      throw new Fault(
        'usage',
        `--flows -: the flows name the clusters ${cause.clusters.join(' and ')}, the audit log names none; ` +
          'pass the flows as files',
        { cause },
      );
    await job.outputs.restart();
    return run(job, 'reject');
  }
}

async function run(job: Job, unnamed: 'adopt' | 'reject'): Promise<Findings> {
  const { options, around, inputs, outputs } = job;
  const clusters = createClusters();
  const coverage = createCoverage();
  const accounts = { flows: createAccount(), audit: createAccount() };
  const reading = (feed: 'flows' | 'audit'): Reading => ({
    inputs: inputs[feed],
    account: accounts[feed],
    rejects: outputs.rejects,
    progress: around.progress,
    signal: around.signal,
  });

  const { cluster, policies } = options;
  const snapshot = await readSnapshot({ policies, cluster, unnamed }, clusters, around.say);
  around.progress.phase('audit', totalBytes(inputs.audit));
  await readFeed(
    reading('audit'),
    auditHandler(options.cluster, unnamed, clusters, (record, source) =>
      coverage.add('audit', record, source),
    ),
  );
  snapshot?.conclude();
  around.progress.phase('flows', totalBytes(inputs.flows));
  const flows = createFlowPass({
    cluster: options.cluster,
    dropEvents: options.dropEvents,
    clusters,
    write: (table, documents) => outputs.write(table, documents),
    note: (record, source) => coverage.add('flows', record, source),
    lost: (event) => coverage.lost(event),
    joined: (verdicts) => around.progress.verdicts(verdicts),
  });
  await readFeed(reading('flows'), flows);
  await flows.close();
  around.progress.end();

  const states = clusters.all();
  const uncompared = await writeTimelines(job, states);
  await writeFeeds(outputs, coverage, states);
  await outputs.flush();
  return findingsOf(job, flows, states, {
    flows: accounts.flows.read(),
    audit: accounts.audit.read(),
    snapshot,
    named: clusters.named.older(),
    manifests: job.manifests === null ? null : { ...job.manifests.account, uncompared },
  });
}

/** @returns how many policies could not be compared with their manifests */
async function writeTimelines({ outputs, manifests }: Job, states: readonly ClusterState[]): Promise<number> {
  let uncompared = 0;
  for (const { name, timeline } of states) {
    const view = manifests === null ? null : compareWithManifests(timeline, manifests.manifests);
    uncompared += view?.uncompared ?? 0;
    const missing = view?.missing ?? [];
    await outputs.write(
      'changes',
      timeline.changes().map((change) => changeDocument(name, change, view)),
    );
    await outputs.write('policies', [
      ...timeline.policies().map((state) => policyDocument(name, state, view)),
      ...missing.map((policy) => missingPolicyDocument(name, policy.name, policy.standing)),
    ]);
  }
  return uncompared;
}

/** Lost events name no cluster: they are the one cluster's, where there is one. */
async function writeFeeds(
  outputs: Outputs,
  coverage: Coverage,
  states: readonly ClusterState[],
): Promise<void> {
  const [only] = states;
  const fallback = states.length === 1 && only !== undefined ? only.name : '';
  for (const event of coverage.events())
    await outputs.write('feeds', feedDocuments({ ...event, cluster: event.cluster || fallback }));
}

function findingsOf(
  job: Job,
  flows: FlowPass,
  states: readonly ClusterState[],
  read: Pick<Findings, 'manifests'> & {
    readonly snapshot: GivenSnapshot | null;
    readonly named: readonly PolicyRef[];
    readonly flows: FeedAccount;
    readonly audit: FeedAccount;
  },
): Findings {
  const { options, around } = job;
  const totals = flows.totals();
  const account = { ...read.flows, lostEvents: totals.lost };
  const auditGiven = options.audit.length > 0;
  const facts = {
    flowsGiven: options.flows.length > 0,
    auditGiven,
    flows: account,
    audit: read.audit,
    totals,
    clusters: states,
    snapshot: read.snapshot,
    named: read.named,
    stopped: around.signal.aborted,
    rejectsPath: options.rejects,
  };
  const ends = states.map(({ timeline }) => timeline.auditRange()?.until ?? 0);
  return {
    clusters: states.map(({ name }) => name),
    flows: account,
    audit: auditGiven ? read.audit : null,
    snapshotObjects: read.snapshot?.objects ?? null,
    manifests: read.manifests,
    caveats: caveatsOf(facts),
    auditedNow: auditedNow(flows.audited, states, Math.max(totals.range?.until ?? 0, ...ends)),
    auditedBeyondLimit: flows.audited.beyondLimit(),
    monitor: flows.monitor.list(),
    caches: states.flatMap(cachesOf),
    range: totals.range,
    tookMs: 0,
    kept: {
      store: options.store,
      documents: options.documents,
      rejects: options.rejects,
      report: options.report,
    },
    stopped: around.signal.aborted,
  };
}

function cachesOf({ name: cluster, joiner }: ClusterState): readonly CacheFigures[] {
  const { decisions, histories } = joiner.stats();
  return [
    { cluster, name: 'decisions', ...figuresOf(decisions) },
    { cluster, name: 'histories', ...figuresOf(histories) },
  ];
}

function figuresOf({ hits, misses, evictions, size }: CacheStats): Omit<CacheFigures, 'cluster' | 'name'> {
  return { hits, misses, evictions, entries: size };
}

function totalBytes(inputs: readonly Input[]): number | null {
  let total = 0;
  for (const { bytes } of inputs) {
    if (bytes === null) return null;
    total += bytes;
  }
  return total;
}
