// Asks a saved query again and again, and tells what that took.
import { judgeStored } from '../../../src/cli/query/judgeStored.ts';
import type { AnswerPart } from '../../../src/queries/catalogue/runQuery.ts';
import { runQuery } from '../../../src/queries/catalogue/runQuery.ts';
import type { QueryParameters, SavedQuery } from '../../../src/queries/catalogue/savedQuery.ts';
import { END_MS } from './policies.ts';

const DAY_MS = 86_400_000;
const NAMESPACE = 'team-03';

export const SPANS = [
  { name: '24 h', sinceMs: END_MS - DAY_MS },
  { name: '7 days', sinceMs: END_MS - 7 * DAY_MS },
  { name: 'all', sinceMs: null },
] as const;

export interface Engine {
  readonly name: string;
  readonly answer: AnswerPart;
  /** Requests sent so far. */
  readonly requests: () => number;
  /** Processor time taken so far; 0 where nobody can tell. */
  readonly cpuMs: () => number;
}

export interface Asked {
  readonly rows: number;
  readonly requests: number;
  readonly firstMs: number;
  /** Of the later runs. */
  readonly medianMs: number;
  /** Processor time of the server, the median of the later runs. */
  readonly cpuMs: number;
}

interface Run {
  readonly ms: number;
  readonly cpuMs: number;
}

export async function askAgain(
  query: SavedQuery,
  { answer, requests, cpuMs }: Engine,
  { sinceMs, runs }: { readonly sinceMs: number | null; readonly runs: number },
): Promise<Asked> {
  const parameters = parametersOf(query, sinceMs);
  const once = async (): Promise<Run & { readonly rows: number; readonly requests: number }> => {
    const before = { ms: performance.now(), cpuMs: cpuMs(), requests: requests() };
    const table = await runQuery(query, parameters, { answerPart: answer, judge: judgeStored });
    return {
      ms: performance.now() - before.ms,
      cpuMs: cpuMs() - before.cpuMs,
      rows: table.rows.length,
      requests: requests() - before.requests,
    };
  };
  const first = await once();
  const later: Run[] = [];
  for (let run = 0; run < runs; run += 1) later.push(await once());
  return {
    rows: first.rows,
    requests: first.requests,
    firstMs: first.ms,
    medianMs: median(later.map(({ ms }) => ms)),
    cpuMs: median(later.map((run) => run.cpuMs)),
  };
}

/** As asked at the end of all that is stored. */
function parametersOf(query: SavedQuery, sinceMs: number | null): QueryParameters {
  return {
    sinceMs,
    untilMs: null,
    asOfMs: END_MS,
    cluster: '',
    namespace: query.needs?.includes('namespace') === true ? NAMESPACE : '',
    own: Object.fromEntries((query.parameters ?? []).map(({ name, fallback }) => [name, fallback])),
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
