// The import table: what each folder of src/ may reach. Folders follow the data, from what is read to what
// is shown; an arrow against the flow, or a package in a folder that has no business with it, is refused.

export interface FolderRule {
  /**
   * Folders of ours; a folder's own files are always allowed. `timeline/reader.ts` allows that file alone;
   * `*` allows everything but `main.ts`.
   */
  readonly folders: readonly string[];
  /** External packages, by name; `@scope/name` counts as one. */
  readonly packages: readonly string[];
  /** Whether Node's own modules may be used; pure folders may use their types only, but for those that are listed. */
  readonly node: 'allowed' | 'types' | readonly string[];
  /** No clock, no randomness, no process, no async: same arguments, same answer. */
  readonly pure: boolean;
}

/** The parts of the report's page that the generator shares: they touch neither page nor browser. */
const PAGE_WITHOUT_BROWSER = ['filter', 'pageData', 'sums', 'view'].map((name) => `report/page/${name}.ts`);

/** Keys are folders (`stores/duckdb`: a folder two deep) or single files at the top of src/. */
export const TABLE: ReadonlyMap<string, FolderRule> = new Map([
  // Of what is random there, see purity.ts.
  ['model', { ...pure([]), node: ['node:crypto'] }],
  ['files', effects(['model'])],
  ['manifests', effects(['model', 'files'], ['yaml'])],
  ['sources', pure(['model'])],
  ['normalise', pure(['model', 'sources'])],
  ['codec', pure(['model'], ['avsc'])],
  ['policy', pure(['model'], ['ipaddr.js'])],
  ['timeline', pure(['model', 'policy'])],
  ['join', pure(['model', 'policy', 'timeline/reader.ts'])],
  ['rollup', pure(['model', 'join'])],
  ['documents', pure(['model', 'timeline/reader.ts', 'join', 'rollup'])],
  ['queries', pure(['model', 'documents'])],
  ['stores/duckdb', effects(['model', 'documents', 'queries', 'runtime'], ['@duckdb/node-api'])],
  [
    'stores/opensearch',
    effects(['model', 'rollup', 'documents', 'queries', 'runtime'], ['@opensearch-project/opensearch']),
  ],
  ['kafka', effects(['model', 'runtime'], ['kafkajs', 'snappy', 'lz4-napi'])],
  [
    'workers',
    effects(
      [
        'model',
        'files',
        'manifests',
        'sources',
        'normalise',
        'codec',
        'policy',
        'timeline',
        'join',
        'rollup',
        'documents',
        'queries',
        'stores/duckdb',
        'stores/opensearch',
        'kafka',
        'runtime',
      ],
      ['p-queue'],
    ),
  ],
  ['replay', effects(['model', 'policy', 'timeline', 'join', 'stores/duckdb', 'stores/opensearch'])],
  [
    'report',
    effects(
      ['model', 'documents', 'queries', ...PAGE_WITHOUT_BROWSER],
      ['string-width', 'wrap-ansi', 'vega-lite'],
    ),
  ],
  // Runs in a browser: nothing but itself, not even Node.
  ['report/page', { folders: [], packages: [], node: 'types', pure: false }],
  [
    'provision',
    effects([
      'model',
      'documents',
      'queries',
      'kafka',
      'stores/opensearch',
      'workers',
      'report/html/timelineChart.ts',
      'runtime',
    ]),
  ],
  ['runtime', effects(['model'], ['pino', 'prom-client'])],
  ['cli', effects(['*'], ['commander'])],
  ['config.ts', effects(['model'])],
  ['main.ts', effects(['*'])],
]);

/** The row of a path relative to src/ (`policy/decide.ts`), by its longest listed folder. */
export function rowOf(path: string): string | undefined {
  const parts = path.split('/');
  const candidates = [parts.slice(0, 2).join('/'), parts[0] ?? ''];
  return candidates.find((candidate) => TABLE.has(candidate));
}

function pure(folders: readonly string[], packages: readonly string[] = []): FolderRule {
  return { folders, packages, node: 'types', pure: true };
}

function effects(folders: readonly string[], packages: readonly string[] = []): FolderRule {
  return { folders, packages, node: 'allowed', pure: false };
}
