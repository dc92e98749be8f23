// The join against the truth of the simulated cluster: for each verdict what the policies declared, which
// policies selected and decided, what caused it and how the logs disagree.
import { describe, expect, it } from 'vitest';
import type { Enriched } from '../../src/join/enriched.ts';
import { formatInstant } from '../../src/model/time.ts';
import {
  auditLog,
  flowEvents,
  joinFlows,
  sampleLines,
  snapshotChanges,
  timelineOf,
} from '../support/cluster.ts';

interface TrueCause {
  readonly auditID: string;
  readonly policy: string;
  readonly before: string;
  readonly burst?: readonly { readonly auditID: string }[];
}

interface Truth {
  readonly id: string;
  readonly declared: string;
  readonly reason: string;
  readonly undecidable?: readonly string[];
  readonly selecting: readonly string[];
  readonly isolating?: readonly string[];
  readonly deciding: readonly string[];
  readonly cause: TrueCause | null;
  readonly latest?: { readonly auditID: string };
  readonly drift: readonly string[];
  readonly settled?: string;
  readonly note?: string;
  readonly obscured?: readonly string[];
  readonly history_obscured?: boolean;
  readonly subject: { readonly namespace?: string; readonly workload?: string };
}

const truths = sampleLines('cluster/truth.ndjson').map((line): Truth => JSON.parse(line));
const { verdicts } = joinFlows(
  timelineOf(
    'prod-eu1',
    snapshotChanges('cluster/snapshot.json'),
    auditLog(sampleLines('cluster/audit.ndjson'), 'audit'),
  ),
  flowEvents(sampleLines('cluster/flows.ndjson'), 'flows'),
);
const byId = new Map(verdicts.map((verdict) => [verdict.event.id, verdict]));

/** All rows with what our answer and the true one are, where they differ. */
function disagreements(
  rows: readonly Truth[],
  compare: (verdict: Enriched, truth: Truth) => readonly [unknown, unknown] | null,
): readonly unknown[] {
  return rows.flatMap((truth): readonly unknown[] => {
    const verdict = byId.get(truth.id);
    if (verdict === undefined) return [{ id: truth.id, missing: true }];
    const pair = compare(verdict, truth);
    if (pair === null || JSON.stringify(pair[0]) === JSON.stringify(pair[1])) return [];
    const time = formatInstant(verdict.event.observedAt);
    return [{ id: truth.id, time, subject: truth.subject, ours: pair[0], truth: pair[1] }];
  });
}

const obscured = truths.filter((truth) => truth.obscured !== undefined);
const clear = truths.filter((truth) => truth.obscured === undefined);
const clearHistory = clear.filter((truth) => truth.history_obscured !== true);

describe('the join over the simulated cluster', () => {
  it('joins every verdict of the truth file and no other', () => {
    expect(verdicts.map((verdict) => verdict.event.id).sort()).toEqual(truths.map(({ id }) => id).sort());
  });

  it('declares what the policies in force declared', () => {
    expect(disagreements(clear, ({ decision }, truth) => [decision.declared, truth.declared])).toEqual([]);
  });

  it('gives the true reason, or one of those that are right', () => {
    expect(
      disagreements(clear, ({ decision }, truth) =>
        truth.settled === undefined ? [decision.reason, truth.reason] : null,
      ),
    ).toEqual([]);
  });

  it('names the selecting, isolating and deciding policies', () => {
    expect(
      disagreements(clear, ({ decision }, truth) => [
        {
          selecting: decision.selecting,
          isolating: truth.isolating === undefined ? undefined : decision.isolating,
          deciding: decision.deciding,
        },
        { selecting: truth.selecting, isolating: truth.isolating, deciding: truth.deciding },
      ]),
    ).toEqual([]);
  });

  it('leaves unknown what a named port hides, and what a truncated audit body hides, and nothing else', () => {
    const unknown = verdicts.filter(({ decision }) => decision.declared === 'unknown');
    const reasons = unknown.map(({ decision }) => decision.undecidable.join());
    expect(reasons.filter((reason) => reason === 'named-port')).toHaveLength(4);
    expect(reasons.filter((reason) => reason === 'missing-policy-body')).toHaveLength(obscured.length);
    expect(unknown).toHaveLength(4 + obscured.length);
  });

  it('names the change at which the decision became what it is', () => {
    expect(
      disagreements(clearHistory, ({ cause }, truth) => {
        const ours = cause?.change.event?.body.auditId ?? null;
        const burst = truth.cause?.burst?.map(({ auditID }) => auditID) ?? [];
        if (ours !== null && burst.includes(ours)) return null;
        return [
          cause === null ? null : [ours, cause.change.ref, cause.before],
          truth.cause === null ? null : [truth.cause.auditID, truth.cause.policy, truth.cause.before],
        ];
      }),
    ).toEqual([]);
  });

  it('names the newest change of any policy that selects or selected the subject', () => {
    expect(
      disagreements(clearHistory, ({ latest }, truth) =>
        truth.latest === undefined ? null : [latest?.event?.body.auditId ?? null, truth.latest.auditID],
      ),
    ).toEqual([]);
  });

  it('finds the drift that there is and no other, propagation at its borders included', () => {
    const compared = clearHistory.filter(({ note }) => note !== 'attribution-only');
    expect(disagreements(compared, ({ drift }, truth) => [drift, truth.drift])).toEqual([]);
  });

  it('says of every flow without a cause that the history behind it is complete', () => {
    const partial = verdicts.filter(({ history, cause }) => cause === null && history === 'partial');
    expect(partial.map(({ event }) => event.id).sort()).toEqual([]);
  });
});
