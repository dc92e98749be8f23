// From the lines of a flow export to documents: normalise, join, roll up, write. One block is open at a
// time; its rollups are written when the next begins.
import { isRemarkable, verdictDocument } from '../../documents/verdictDocument.ts';
import { rollupDocuments } from '../../documents/rollupDocument.ts';
import type { Document } from '../../documents/document.ts';
import type { TableName } from '../../documents/fields.ts';
import { type AuditedConversations, createAuditedConversations } from '../../join/auditedConversations.ts';
import type { Enriched } from '../../join/enriched.ts';
import type { Event, FeedStatus, FlowEvent, FlowVerdict } from '../../model/event.ts';
import type { Micros } from '../../model/time.ts';
import { createFlowNormaliser } from '../../normalise/flows.ts';
import { createPolicyStats, type PolicyStats } from '../../normalise/policyStats.ts';
import { type Block, blockNumber, openBlock } from '../../rollup/block.ts';
import { type Clusters, DEFAULT_CLUSTER } from './clusters.ts';
import type { FeedHandler, FeedRecord } from './reading.ts';

/** Files are read whole, so every document is final and the whole policy log is known to it. */
const MADE = { policyOffset: 0, status: 'final' } as const;
/** More are only counted. */
export const AUDITED_CONVERSATIONS = 50_000;

export interface FlowPass extends FeedHandler {
  /** Writes what is still open. */
  close(): Promise<void>;
  readonly audited: AuditedConversations;
  readonly monitor: PolicyStats;
  totals(): FlowTotals;
}

export interface FlowTotals {
  readonly verdicts: number;
  readonly copies: number;
  /** Lost events, as Hubble says. */
  readonly lost: number;
  readonly range: { readonly from: Micros; readonly until: Micros } | null;
  /** Some verdict let something through: without any, nothing can be said about what is allowed. */
  readonly sawForwarded: boolean;
}

export interface FlowPassOptions {
  readonly cluster: string;
  readonly dropEvents: 'ignore' | 'count';
  readonly clusters: Clusters;
  readonly write: (table: TableName, documents: readonly Document[]) => Promise<void>;
  readonly note: (record: FeedRecord, source: string) => void;
  /** false when the event is a copy, not to be counted again. */
  readonly lost: (event: Event<FeedStatus>) => boolean;
  readonly joined: (verdicts: number) => void;
}

export function createFlowPass(options: FlowPassOptions): FlowPass {
  const normalise = createFlowNormaliser({ cluster: options.cluster, dropEvents: options.dropEvents });
  const audited = createAuditedConversations(AUDITED_CONVERSATIONS);
  const monitor = createPolicyStats();
  const blocks = createBlocks();
  const totals = { verdicts: 0, lost: 0, sawForwarded: false };
  let range: FlowTotals['range'] = null;
  let verdicts: Document[] = [];

  function take(named: FlowEvent): void {
    const event = named.cluster === '' ? { ...named, cluster: DEFAULT_CLUSTER } : named;
    const verdict = options.clusters.joinerFor(event.cluster).join(event);
    options.clusters.named.flow(event);
    if (!blocks.add(verdict)) return;
    const { observed, weight } = event.body;
    totals.verdicts += weight;
    totals.sawForwarded ||= observed === 'forwarded' || observed === 'redirected';
    audited.add(verdict);
    const at = event.observedAt;
    range = { from: Math.min(range?.from ?? at, at), until: Math.max(range?.until ?? at, at) };
    if (isRemarkable(verdict)) verdicts.push(verdictDocument(verdict, MADE));
  }

  async function settle(): Promise<void> {
    options.joined(totals.verdicts);
    const ready = verdicts;
    verdicts = [];
    if (ready.length > 0) await options.write('verdicts', ready);
    const rollups = blocks.take();
    if (rollups.length > 0) await options.write('rollups', rollups);
  }

  return {
    record(bytes, source, line) {
      const result = normalise(bytes, source, line);
      for (const event of result.events) {
        if (isVerdict(event)) take(event);
        else if (isLoss(event) && options.lost(event)) totals.lost += event.body.lost;
      }
      for (const verdict of result.monitor) monitor.add(verdict);
      return result.records;
    },
    finish: (source) => normalise.finish(source).records,
    settle,
    note: options.note,
    async close() {
      blocks.close();
      await settle();
    },
    audited,
    monitor,
    totals: () => ({ ...totals, copies: blocks.copies(), range }),
  };
}

interface Blocks {
  /** False for a copy of a verdict of the same block. */
  add(verdict: Enriched): boolean;
  close(): void;
  /** The rollups of the blocks closed since the last call. */
  take(): readonly Document[];
  copies(): number;
}

/** One block is open at a time: files are read one after another, in order. */
function createBlocks(): Blocks {
  let open: { source: string; number: number; block: Block; records: number } | null = null;
  let rollups: Document[] = [];
  let copies = 0;

  function close(): void {
    if (open === null) return;
    const closed = open.block.close();
    copies += closed.copies;
    rollups.push(...rollupDocuments(closed, open.records, MADE.policyOffset));
    open = null;
  }

  return {
    add(verdict) {
      const { source, offset } = verdict.event.origin;
      const number = blockNumber(offset);
      if (open === null || open.source !== source || open.number !== number) {
        close();
        open = { source, number, block: openBlock(source, number), records: 0 };
      }
      open.records += 1;
      return open.block.add(verdict) !== null;
    },
    close,
    take() {
      const ready = rollups;
      rollups = [];
      return ready;
    },
    copies: () => copies,
  };
}

function isVerdict(event: Event<FlowVerdict | FeedStatus>): event is FlowEvent {
  return event.body.kind === 'FlowVerdict';
}

function isLoss(event: Event<FlowVerdict | FeedStatus>): event is Event<FeedStatus> {
  return event.body.kind === 'FeedStatus';
}
