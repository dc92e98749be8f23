// The settings that say how the feeds are read, how verdicts wait and are judged, and what may be held in memory.
import { JOIN_DEFAULTS } from '../../join/enriched.ts';
import { RAW_PER_KEY } from '../../documents/blockDocuments.ts';
import { BLOCK_OFFSETS } from '../../rollup/block.ts';
import { LOG_LEVELS } from '../../runtime/log.ts';
import { list, oneOf, type Range, share, text, whole, wholeOr } from './setting.ts';

const MIB = 1024 * 1024;

function ms(from: number, to: number): Range {
  return { from, to, unit: 'milliseconds' };
}

/** How far out of order an audit backend delivers: the API server's batches, their buffer and one retry. */
export const DISORDER_MS = { webhook: 35_000, log: 5_000 } as const;

export const FEEDS = {
  auditBackend: oneOf(
    'AUDIT_BACKEND',
    'webhook',
    ['webhook', 'log'],
    'How the API servers give their audit log; with log, verdicts wait 5 seconds instead of 35.',
  ),
  disorderMs: wholeOr(
    'AUDIT_DISORDER_MS',
    null,
    ms(0, 3_600_000),
    'How far out of order audit events may come, where AUDIT_BACKEND does not say it.',
  ),
  heartbeatMs: whole(
    'HEARTBEAT_MS',
    5_000,
    ms(100, 600_000),
    'How often an audit partition without news says that it is up to date.',
  ),
  coverageMs: whole(
    'COVERAGE_INTERVAL_MS',
    600_000,
    ms(1_000, 86_400_000),
    'How often the policy log is told how far the audit log covers.',
  ),
  maxRejectShare: share(
    'MAX_REJECT_SHARE',
    0.5,
    'Where more of the newest records cannot be used, or of the newest documents are refused (role join), the worker stops rather than send them all to the dead letters.',
  ),
  inHandBytes: whole(
    'IN_HAND_BYTES',
    16 * MIB,
    { from: MIB, to: 16_384 * MIB, unit: 'bytes' },
    'Raw records that were fetched and are not yet sent on take at most so much memory, packed as they came.',
  ),
  dropEvents: oneOf(
    'DROP_EVENTS',
    'ignore',
    ['ignore', 'count'],
    'Whether policy drops (event type 1) count, for exports that lack policy verdicts (type 5).',
  ),
} as const;

export const GATE = {
  maxWaitMs: whole(
    'MAX_WAIT_MS',
    60_000,
    ms(1_000, 3_600_000),
    'How long a verdict waits for the audit log before it goes on provisional.',
  ),
  idleTimeoutMs: whole(
    'IDLE_TIMEOUT_MS',
    120_000,
    ms(1_000, 86_400_000),
    'After so long without a word an audit source holds nobody back any more.',
  ),
  bytes: whole(
    'GATE_BYTES',
    64 * MIB,
    { from: MIB, to: 16_384 * MIB, unit: 'bytes' },
    'Verdicts that wait take at most so much memory.',
  ),
  clusters: whole(
    'CLUSTERS',
    16,
    { from: 1, to: 1_000, unit: '' },
    'How many clusters share that memory; records of further ones do not wait.',
  ),
} as const;

export const JOIN = {
  propagationMs: whole(
    'PROPAGATION_MS',
    JOIN_DEFAULTS.propagationMs,
    ms(0, 3_600_000),
    'How long after a change the datapath may still act on the state before it.',
  ),
  clockSkewMs: whole(
    'CLOCK_SKEW_MS',
    JOIN_DEFAULTS.clockSkewMs,
    ms(0, 600_000),
    "How far the clocks of nodes may differ from the API server's.",
  ),
  changeDriftHours: whole(
    'CHANGE_DRIFT_HOURS',
    JOIN_DEFAULTS.changeDriftHours,
    { from: 0, to: 87_600, unit: 'hours' },
    'How long after audit mode was switched off a denial counts as newly-enforced.',
  ),
  cacheEntries: whole(
    'CACHE_ENTRIES',
    JOIN_DEFAULTS.cacheEntries,
    { from: 1_000, to: 10_000_000, unit: '' },
    'Decisions kept for the next verdict of the same kind, for each cluster.',
  ),
  blockOffsets: whole(
    'BLOCK_OFFSETS',
    BLOCK_OFFSETS,
    { from: 16, to: 1_048_576, unit: '' },
    'Records of a block; the same for all workers, and for ever, of one events topic.',
  ),
  rawPerKey: whole(
    'RAW_PER_KEY',
    RAW_PER_KEY.any,
    { from: 0, to: 100_000, unit: '' },
    'Single verdicts written for each rollup of a block; the rollups count all.',
  ),
  newlyAllowedPerKey: whole(
    'NEWLY_ALLOWED_PER_KEY',
    RAW_PER_KEY.newlyAllowed,
    { from: 0, to: 100_000, unit: '' },
    'The same where the only drift is `newly-allowed`, if less.',
  ),
  flushMs: whole('FLUSH_MS', 5_000, ms(100, 600_000), 'How often open blocks are written.'),
  commitMs: whole('COMMIT_MS', 5_000, ms(100, 600_000), 'How often positions are committed.'),
  maxOpenRecords: whole(
    'MAX_OPEN_RECORDS',
    200_000,
    { from: 1_000, to: 100_000_000, unit: '' },
    'Verdicts of open blocks that are held; beyond it only what helps a block to end is read.',
  ),
} as const;

export const POLICY_LOG = {
  skip: list('POLICY_LOG_SKIP', '', {
    doc: 'Offsets of the policy log to pass over, after an operator has looked at them: without one, workers stop at a record that cannot be read.',
    expects: 'offsets, separated by commas',
    item: (each) => (/^\d{1,15}$/.test(each) ? Number(each) : undefined),
  }),
} as const;

export const SERVING = {
  httpAddress: text('HTTP_ADDRESS', '0.0.0.0', {
    doc: 'Address that serves /metrics, /livez and /readyz.',
    expects: 'an address of this machine',
    like: /^[0-9A-Za-z.:-]+$/,
  }),
  httpPort: whole('HTTP_PORT', 9464, { from: 0, to: 65_535, unit: '' }, 'Its port; 0: any free one.'),
  logLevel: oneOf('LOG_LEVEL', 'info', LOG_LEVELS, 'What is less grave is not logged.'),
} as const;
