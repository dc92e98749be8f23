// Holds the parts of cut CRI lines for each source and stream until their rest comes (sources/cri.ts).

import type { Rejected } from '../model/outcome.ts';
import {
  type CriPending,
  incompleteLine,
  joinCriLine,
  NOTHING_PENDING,
  parseCriLine,
} from '../sources/cri.ts';

export interface CriLines {
  /**
   * The text itself when it is no CRI line; the content of a whole one; undefined while parts are missing.
   */
  readonly add: (source: string, text: string) => string | Rejected | undefined;
  /** Forgets the source and names what is left of it, one for each stream. */
  readonly finish: (source: string) => readonly Rejected[];
}

interface Streams {
  readonly stdout: CriPending;
  readonly stderr: CriPending;
}

const NO_STREAMS: Streams = { stdout: NOTHING_PENDING, stderr: NOTHING_PENDING };

export function createCriLines(): CriLines {
  const bySource = new Map<string, Streams>();
  return {
    add: (source, text) => {
      const line = parseCriLine(text);
      if (line === undefined) return text;
      const streams = bySource.get(source) ?? NO_STREAMS;
      const step = joinCriLine(streams[line.stream], line);
      const next = { ...streams, [line.stream]: step.pending };
      if (isEmpty(next.stdout) && isEmpty(next.stderr)) bySource.delete(source);
      else bySource.set(source, next);
      return step.whole;
    },
    finish: (source) => {
      const streams = bySource.get(source) ?? NO_STREAMS;
      bySource.delete(source);
      return [streams.stdout, streams.stderr].filter((left) => !isEmpty(left)).map(incompleteLine);
    },
  };
}

function isEmpty(pending: CriPending): boolean {
  return pending === NOTHING_PENDING;
}
