// What an answer is made from, wherever it was read: the verdicts of the conversation, the timeline of the
// policies, everybody's names. Files and stores both end in this; what comes after cannot tell them apart.
import type { Joiner } from '../../join/join.ts';
import type { FlowEvent } from '../../model/event.ts';
import type { PolicyRef } from '../../model/refs.ts';
import type { Micros } from '../../model/time.ts';
import type { PodPorts } from '../../policy/podPorts.ts';
import type { Change } from '../../queries/changes.ts';
import type { Caveat } from '../../report/findings.ts';
import { shellWord } from '../../report/shellWord.ts';
import type { Other, Range } from '../../report/why/answer.ts';
import type { ChangeRecord, TimelineReader } from '../../timeline/reader.ts';
import { createDirectory, type Directory, endName } from './directory.ts';
import { relationOf, type WhyQuestion } from './question.ts';
import { serviceOf } from './service.ts';
import { createSightings, type Sighting } from './sightings.ts';

export interface ClusterEvidence {
  readonly name: string;
  readonly timeline: TimelineReader;
  readonly joiner: Joiner;
  /** What the joiner knows of named ports. */
  readonly ports: PodPorts;
}

export interface Gathered {
  readonly sightings: readonly Sighting[];
  readonly directory: Directory;
  /** First and last verdict of any conversation; null without any. */
  readonly flows: Range | null;
  /** Close questions that have verdicts, most first. */
  readonly others: readonly Other[];
}

export interface Evidence extends Gathered {
  readonly clusters: readonly ClusterEvidence[];
  readonly caveats: readonly Caveat[];
  /** A change as people read it. */
  readonly told: (cluster: string, change: ChangeRecord) => Change;
  /** Which tool manages a policy, by its labels; ''. */
  readonly ownerOf: (cluster: string, ref: PolicyRef) => string;
  /** Read from a store, which does not keep everything. */
  readonly isStored: boolean;
}

export interface Gatherer {
  /**
   * One verdict, or several that were counted together.
   * @param judged called only for those that the question is about
   */
  take(event: FlowEvent, count: number, judged: () => Sighting | null): void;
  /** Widens the stretch of time that the verdicts cover. */
  cover(from: Micros, until: Micros): void;
  gathered(): Gathered;
}

const MOST_OTHERS = 1_000;
const SHOWN_OTHERS = 5;

export function createGatherer(question: WhyQuestion): Gatherer {
  const sightings = createSightings();
  const directory = createDirectory();
  const others = new Map<string, number>();
  let flows: Range | null = null;

  function noteOther(words: readonly string[], count: number): void {
    // Such a word would be taken for an option.
    if (words.some((word) => word.startsWith('-'))) return;
    const key = words.map(shellWord).join(' ');
    if (others.has(key) || others.size < MOST_OTHERS) others.set(key, (others.get(key) ?? 0) + count);
  }

  return {
    take(event, count, judged) {
      directory.add(event);
      const { source, destination } = event.body;
      switch (relationOf(question, event.body)) {
        case 'yes': {
          const sighting = judged();
          if (sighting !== null) sightings.add(sighting);
          break;
        }
        case 'service':
        case 'reverse':
          noteOther([endName(source), endName(destination), serviceOf(event.body)], count);
          break;
        case 'none':
          break;
      }
    },
    cover(from, until) {
      flows = { from: Math.min(flows?.from ?? from, from), until: Math.max(flows?.until ?? until, until) };
    },
    gathered: () => ({
      sightings: sightings.list(),
      directory,
      flows,
      others: [...others]
        .toSorted(([a, one], [b, two]) => two - one || (a < b ? -1 : 1))
        .slice(0, SHOWN_OTHERS)
        .map(([asked, verdicts]) => ({ question: asked, verdicts })),
    }),
  };
}
