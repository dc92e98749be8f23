// The decision core behind the door of queries/judgeAgain.ts: the timeline is put together from the rows, and judges
// as it judged the verdicts. What rows leave out (pods' ports and addresses, types of ICMP) is not known here.
import { JOIN_DEFAULTS } from '../../join/enriched.ts';
import { createJoiner } from '../../join/join.ts';
import { responsibleFor } from '../../documents/conversation.ts';
import { labelsHash } from '../../documents/rollupDocument.ts';
import type { LabelSet } from '../../model/labels.ts';
import type { JudgeAgain, JudgedAgain, TalkAsked } from '../../queries/judgeAgain.ts';
import { storedEvent } from '../why/storedEvent.ts';
import { storedTimeline } from '../why/storedTimeline.ts';

/** Labels that the store does not hold in full would be taken for labels that are not there. */
const WITHOUT_LABELS: JudgedAgain = {
  declared: 'unknown',
  undecidable: ['missing-labels'],
  responsible: [],
};

export const judgeStored: JudgeAgain = ({ cluster, history, audit, hasSnapshot, names }, talks, t) => {
  const joiner = createJoiner(storedTimeline(cluster, history, audit, hasSnapshot), JOIN_DEFAULTS);
  return talks.map((talk) => {
    if (!hasItsLabels(talk)) return WITHOUT_LABELS;
    const decision = joiner.decideAt(storedEvent(talk, names, null), t);
    const { declared, undecidable } = decision;
    return { declared, undecidable, responsible: responsibleFor(decision) };
  });
};

function hasItsLabels({ subjectLabels, subjectHash, peerLabels, peerHash }: TalkAsked): boolean {
  const isWhole = (labels: LabelSet, hash: string): boolean => labelsHash(labels) === hash;
  return isWhole(subjectLabels, subjectHash) && isWhole(peerLabels, peerHash);
}
