// The evidence from the two logs themselves: the audit files are read whole into timelines, then the flows,
// of which only the verdicts asked about are joined. Nothing is written.
import { expandInputs, type Input, STDIN } from '../../files/inputs.ts';
import { openRejects } from '../../files/rejects.ts';
import type { FlowEvent } from '../../model/event.ts';
import { Fault } from '../../model/fault.ts';
import { managedBy } from '../../model/ownership.ts';
import { createFlowNormaliser } from '../../normalise/flows.ts';
import { createAccount } from '../analyze/account.ts';
import { auditHandler } from '../analyze/auditPass.ts';
import { caveatsOf } from '../analyze/caveats.ts';
import { type Clusters, createClusters, DEFAULT_CLUSTER, SecondCluster } from '../analyze/clusters.ts';
import type { FlowTotals } from '../analyze/flowPass.ts';
import type { Progress } from '../analyze/progress.ts';
import { type FeedHandler, readFeed, type Reading } from '../analyze/reading.ts';
import { readSnapshot } from '../analyze/snapshot.ts';
import { createGatherer, type Evidence, type Gatherer } from './evidence.ts';
import type { WhyOptions } from './options.ts';
import { type Sighting, sightingOf } from './sightings.ts';
import { toldChange } from './told.ts';

export interface WhySurroundings {
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** One line for a person, on standard error. */
  readonly say: (message: string) => void;
}

type Unnamed = 'adopt' | 'reject';

interface Job {
  readonly options: WhyOptions;
  readonly around: WhySurroundings;
  readonly inputs: { readonly flows: readonly Input[]; readonly audit: readonly Input[] };
}

/** @throws Fault for input that is missing or broken */
export async function evidenceFromFiles(options: WhyOptions, around: WhySurroundings): Promise<Evidence> {
  const inputs = {
    flows: await expandInputs('--flows', options.flows),
    audit: await expandInputs('--audit', options.audit),
  };
  const job = { options, around, inputs };
  try {
    return await read(job, 'adopt');
  } catch (cause) {
    if (!(cause instanceof SecondCluster)) throw cause;
    if (inputs.flows.some(({ path }) => path === STDIN))
      throw new Fault('usage', '--flows -: of several clusters; pass the flows as files', { cause });
    return read(job, 'reject');
  }
}

async function read(job: Job, unnamed: Unnamed): Promise<Evidence> {
  const { options, around, inputs } = job;
  const clusters = createClusters();
  const accounts = { flows: createAccount(), audit: createAccount() };
  const rejects = await openRejects(null);
  const reading = (feed: 'flows' | 'audit'): Reading => ({
    inputs: inputs[feed],
    account: accounts[feed],
    rejects,
    progress: around.progress,
    signal: around.signal,
  });
  try {
    const { cluster, policies } = options;
    const snapshot = await readSnapshot({ policies, cluster, unnamed }, clusters, around.say);
    around.progress.phase('audit', null);
    await readFeed(
      reading('audit'),
      auditHandler(options.cluster, unnamed, clusters, () => {}),
    );
    snapshot?.conclude();
    around.progress.phase('flows', null);
    const gatherer = createGatherer(options.question);
    const flows = flowHandler(options, clusters, gatherer);
    await readFeed(reading('flows'), flows);
    around.progress.end();
    const states = clusters.all();
    const ownerOf: Evidence['ownerOf'] = (cluster, ref) => {
      const timeline = states.find(({ name }) => name === cluster)?.timeline;
      const policy = timeline?.policies().find((state) => state.ref === ref);
      return managedBy(policy?.version?.object ?? null)?.manager ?? '';
    };
    const facts = {
      flowsGiven: options.flows.length > 0,
      auditGiven: options.audit.length > 0,
      flows: accounts.flows.read(),
      audit: accounts.audit.read(),
      totals: flows.totals(),
      clusters: states,
      snapshot,
      named: clusters.named.older(),
      stopped: around.signal.aborted,
      rejectsPath: '',
    };
    return {
      ...gatherer.gathered(),
      clusters: states,
      caveats: caveatsOf(facts),
      told: toldChange,
      ownerOf,
      isStored: false,
    };
  } finally {
    await rejects.discard();
  }
}

interface FlowHandler extends FeedHandler {
  totals(): FlowTotals;
}

/** Copies of one event (the same Hubble uuid exported twice) count once, as long as there are so few. */
const REMEMBERED_IDS = 200_000;

function flowHandler(options: WhyOptions, clusters: Clusters, gatherer: Gatherer): FlowHandler {
  const normalise = createFlowNormaliser({ cluster: options.cluster, dropEvents: options.dropEvents });
  const ids = new Set<string>();
  const totals = { verdicts: 0, copies: 0, lost: 0, sawForwarded: false };
  let range: FlowTotals['range'] = null;

  function judged(event: FlowEvent, join: () => Sighting): Sighting | null {
    if (ids.has(event.id)) return null;
    if (ids.size < REMEMBERED_IDS) ids.add(event.id);
    return join();
  }

  function take(named: FlowEvent): void {
    const event = named.cluster === '' ? { ...named, cluster: DEFAULT_CLUSTER } : named;
    // Asked for every verdict: it is the flows that say whose the records without a cluster are.
    const joiner = clusters.joinerFor(event.cluster);
    const { observed, weight } = event.body;
    const at = event.observedAt;
    totals.verdicts += weight;
    totals.sawForwarded ||= observed === 'forwarded' || observed === 'redirected';
    range = { from: Math.min(range?.from ?? at, at), until: Math.max(range?.until ?? at, at) };
    gatherer.cover(at, at);
    clusters.named.flow(event);
    gatherer.take(event, weight, () => judged(event, () => sightingOf(joiner.join(event))));
  }

  return {
    record(bytes, source, line) {
      const { events, records } = normalise(bytes, source, line);
      for (const { body, ...rest } of events) {
        if (body.kind === 'FlowVerdict') take({ ...rest, body });
        else totals.lost += body.lost;
      }
      return records;
    },
    finish: (source) => normalise.finish(source).records,
    settle: async () => {},
    note: () => {},
    totals: () => ({ ...totals, range }),
  };
}
