// Reads what `--manifests` names, and its Git history, before the long work begins: a wrong path is said at
// once. What cannot be read goes to standard error, and the rest counts.
import { type DeclaredPolicy, createManifests, type Manifests } from '../../documents/manifests.ts';
import { readHistory } from '../../manifests/history.ts';
import { loadManifests, RENDER_FIRST } from '../../manifests/load.ts';
import { field } from '../../model/json.ts';
import { kindFacts } from '../../model/refs.ts';
import type { ManifestsAccount } from '../../report/findings.ts';

export interface GivenManifests {
  readonly manifests: Manifests;
  readonly account: Omit<ManifestsAccount, 'uncompared'>;
}

const OPTION = '--manifests';

/**
 * @returns null when there are no paths
 * @throws Fault `input-missing`, `input-unreadable`
 */
export async function readManifests(
  paths: readonly string[],
  say: (message: string) => void,
): Promise<GivenManifests | null> {
  if (paths.length === 0) return null;
  const { objects, problems, ignored } = await loadManifests(paths, { option: OPTION, templates: 'ignored' });
  for (const { source, message } of problems) say(`${source}: ${message}`);
  const history = await readHistory(paths, { option: OPTION });
  const manifests = createManifests(objects, history.files);
  return {
    manifests,
    account: {
      policies: manifests.policies.length,
      withoutNamespace: manifests.policies.filter(lacksNamespace).length,
      templates: ignored.filter(({ message }) => message.endsWith(RENDER_FIRST)).map(({ source }) => source),
      kustomizations: objects
        .filter(({ object }) => field(object, 'kind') === 'Kustomization')
        .map(({ source }) => source),
      problems: problems.length,
      history: history.state,
    },
  };
}

function lacksNamespace({ name }: DeclaredPolicy): boolean {
  return name.namespace === '' && kindFacts(name.kind).namespaced;
}
