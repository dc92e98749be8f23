// A connection for commands at which a person waits. The stores' own patience is for workers and lasts for ever: here
// a server that nobody listens for is given up after a few seconds, and one that is only slow gets its time and one
// line that says so. Decides nothing about answers.
import { Fault } from '../../model/fault.ts';
import type { Connection } from '../../stores/opensearch/connection.ts';
import type { Failure } from '../../stores/opensearch/retryDecision.ts';

/** In a row; with the pauses between them (stores/opensearch/backoff.ts) at most three seconds. */
const MOST_UNREACHABLE = 5;

export interface Waiting {
  /** What is asked, as it may be shown: `OpenSearch at http://localhost:9200`. */
  readonly shown: string;
  /** Without an answer for so long, a person is told. */
  readonly slowMs: number;
  /** One sentence, once. */
  readonly say: (sentence: string) => void;
}

export interface AwaitedConnection extends Connection {
  /** ` (503: no primary shard)`: why there was no good answer the last time; '' when there was one, or nothing came. */
  trouble(): string;
}

/** Its `exchange` also throws Fault `opensearch-unavailable`. Close it, or its timer may still speak. */
export function awaited(connection: Connection, { shown, slowMs, say }: Waiting): AwaitedConnection {
  let unreachable = 0;
  let trouble = '';
  let hasSpoken = false;
  let timer: NodeJS.Timeout | undefined;
  const waits = (): void => {
    if (hasSpoken) return;
    timer ??= setTimeout(() => {
      hasSpoken = true;
      say(`${shown} has not answered for ${Math.round(slowMs / 1_000)} s${trouble}; still waiting`);
    }, slowMs);
  };
  const rests = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  return {
    async exchange(request, signal) {
      waits();
      const answer = await connection.exchange(request, signal);
      if (answer.kind === 'answered') {
        [unreachable, trouble] = [0, ''];
        rests();
        return answer;
      }
      trouble = failureText(answer);
      unreachable = answer.kind === 'unreachable' ? unreachable + 1 : 0;
      if (unreachable >= MOST_UNREACHABLE)
        throw new Fault(
          'opensearch-unavailable',
          `${shown} cannot be reached${trouble}: does it run, and is the address right (--opensearch, else OPENSEARCH_URL)?`,
        );
      return answer;
    },
    trouble: () => trouble,
    async close() {
      rests();
      await connection.close();
    },
  };
}

function failureText({ kind, status, type, reason }: Failure): string {
  const said = reason || type;
  const text = kind === 'answer' ? [String(status), said].filter(Boolean).join(': ') : said || kind;
  return ` (${text.slice(0, 200)})`;
}
