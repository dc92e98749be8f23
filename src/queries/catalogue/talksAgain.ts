// Conversations of a tally, put to the policies of a time once more (queries/judgeAgain.ts): with the labels of both
// ends, which tallies bring apart from them, since many conversations share few sets of labels.
import { MICROS_PER_MS } from '../../model/time.ts';
import { OBSERVED, TRANSPORTS } from '../../model/verdict.ts';
import { countCell, textCell, wordCell } from '../cells.ts';
import { conversationOf } from '../flows.ts';
import type { JudgeAgain, JudgedAgain, TalkAsked } from '../judgeAgain.ts';
import { labelSet, type LabelSet } from '../../model/labels.ts';
import { momentOf } from './cellsOf.ts';
import type { Condition, PartRow, Tally } from './part.ts';
import { type HeldPart, policiesHeld } from './policiesHeld.ts';
import type { Answers } from './savedQuery.ts';

export type LabelPart = 'subject_sets' | 'peer_sets';

/** @param where which rollups the conversations were tallied of */
export function labelParts(where: readonly Condition[]): Readonly<Record<LabelPart, Tally>> {
  const sets = (end: 'subject' | 'peer'): Tally => ({
    kind: 'tally',
    from: 'rollups',
    where,
    by: { set: { field: `${end}.labels_hash` }, label: { field: `${end}.labels`, each: true } },
    measures: {},
  });
  return { subject_sets: sets('subject'), peer_sets: sets('peer') };
}

/**
 * What the policies say at that time.
 * @param talks rows of a tally by LABELLED, with SEEN and HOST
 */
export function judgedAgain(
  talks: readonly PartRow[],
  answers: Answers<HeldPart | LabelPart>,
  asOfMs: number,
  judge: JudgeAgain,
): ReadonlyMap<PartRow, JudgedAgain> {
  const held = policiesHeld(answers, asOfMs);
  const sets = { subject: setsOf(answers.subject_sets), peer: setsOf(answers.peer_sets) };
  const judged = new Map<PartRow, JudgedAgain>();
  for (const [cluster, rows] of Map.groupBy(talks, (row) => textCell(row, 'cluster'))) {
    const asked = rows.map((row) => talkAsked(row, sets));
    const said = judge(held(cluster), asked, asOfMs * MICROS_PER_MS);
    if (said.length !== rows.length) throw new RangeError(`${rows.length} asked, ${said.length} answered`);
    for (const [index, row] of rows.entries()) {
      const answer = said[index];
      if (answer !== undefined) judged.set(row, answer);
    }
  }
  return judged;
}

interface Sets {
  readonly subject: ReadonlyMap<string, LabelSet>;
  readonly peer: ReadonlyMap<string, LabelSet>;
}

/** By their hashes. */
export function setsOf(rows: readonly PartRow[]): ReadonlyMap<string, LabelSet> {
  const bySet = Map.groupBy(rows, (row) => textCell(row, 'set'));
  return new Map(
    [...bySet].map(([set, same]) => [
      set,
      labelSet(same.map((row) => textCell(row, 'label')).filter(Boolean)),
    ]),
  );
}

function talkAsked(row: PartRow, sets: Sets): TalkAsked {
  const conversation = conversationOf(row);
  const isHost = countCell(row, 'of_host') > 0 && conversation.subject.namespace === '';
  const [subjectHash, peerHash] = [textCell(row, 'subject_labels'), textCell(row, 'peer_labels')];
  return {
    conversation: {
      ...conversation,
      subject: { ...conversation.subject, entity: isHost ? 'host' : '' },
      transport: wordCell(row, 'transport', TRANSPORTS, 'unknown'),
    },
    subjectHash,
    peerHash,
    subjectLabels: labelsIn(sets.subject, subjectHash),
    peerLabels: labelsIn(sets.peer, peerHash),
    observed: wordCell(row, 'observed', OBSERVED, 'audited'),
    count: countCell(row, 'verdicts'),
    lastSeen: (momentOf(row, 'last') ?? 0) * MICROS_PER_MS,
  };
}

/** Of ends without any labels the hash is ''. */
export function labelsIn(sets: ReadonlyMap<string, LabelSet>, hash: string): LabelSet {
  return hash === '' ? [] : (sets.get(hash) ?? []);
}
