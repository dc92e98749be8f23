// Whether OpenSearch can be written to, as seen from the requests that are made anyway, and whether it has been
// set up: without templates it would guess mappings, and the guess would last as long as the index. A server
// that was lost may come back empty, so after each loss this is looked at again, before anything is sent.
import { Fault } from '../../model/fault.ts';
import { at, field, number, text } from '../../model/json.ts';
import type { Connection } from './connection.ts';
import { ask, type Patience } from './patience.ts';
import { indexTemplates, TEMPLATE_VERSION } from './templates.ts';
import type { OpenSearchSettings } from './settings.ts';

export interface WatchedConnection extends Connection {
  /** Why the last request had no good answer; null when it had one, or when none was made. */
  trouble(): string | null;
  /** How often the server could not be reached. */
  losses(): number;
}

export function watch(connection: Connection): WatchedConnection {
  let trouble: string | null = null;
  let losses = 0;
  return {
    ...connection,
    async exchange(request, signal) {
      const answer = await connection.exchange(request, signal);
      // That something is not there is an answer: before the first document no index is.
      if (answer.kind === 'answered' || answer.status === 404) trouble = null;
      else trouble = [answer.kind, answer.status || '', answer.type, answer.reason].filter(Boolean).join(' ');
      if (answer.kind === 'unreachable') losses += 1;
      return answer;
    },
    trouble: () => trouble,
    losses: () => losses,
  };
}

export interface ReadyParts extends Patience {
  readonly connection: WatchedConnection;
  readonly settings: OpenSearchSettings;
}

/**
 * Resolves when the templates are known to be there, or when we may not look.
 * @throws Fault `opensearch-refused` when one is missing or older than this program, or the signal's reason
 */
export function createReadyCheck(parts: ReadyParts): (signal: AbortSignal) => Promise<void> {
  const { connection, settings, logger } = parts;
  let checkedAt: number | null = null;
  return async (signal) => {
    if (checkedAt === connection.losses()) return;
    const versions = await readVersions(parts, signal);
    if (versions === null)
      logger('warn', 'Index templates cannot be looked at: no permission. Was netpol-drift setup run?');
    else {
      const names = indexTemplates(settings).map(({ name }) => name);
      const wrong = names.filter((name) => (versions.get(name) ?? 0) < TEMPLATE_VERSION);
      if (wrong.length > 0) throw notSetUp(wrong, settings);
    }
    checkedAt = connection.losses();
  };
}

/** The versions of all index templates that tell one, by name. null when we may not look. */
async function readVersions(
  parts: ReadyParts,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number> | null> {
  const paths = ['index_templates.name', 'index_templates.index_template._meta.version'];
  // All templates: a question for ours alone is answered by 404 when there are none.
  const query = { filter_path: paths.join(',') };
  const request = { method: 'GET', path: '/_index_template', query, nullOn: [403] } as const;
  const answer = await ask(parts, request, 'the look at index templates', signal);
  if (answer === null) return null;
  const found = field(answer, 'index_templates');
  return new Map(
    (Array.isArray(found) ? found : []).map((one: unknown) => [
      text(field(one, 'name')),
      number(at(one, 'index_template', '_meta', 'version')) ?? 0,
    ]),
  );
}

function notSetUp(names: readonly string[], { indexPrefix }: OpenSearchSettings): Fault {
  const many = names.length > 1 ? 'index templates' : 'index template';
  return new Fault(
    'opensearch-refused',
    `OpenSearch lacks the ${many} ${names.join(', ')}, or has an older one; run netpol-drift setup with INDEX_PREFIX=${indexPrefix}`,
  );
}
