// Brings the index templates to what this program writes, and the indices that exist already after them: a
// field that is new would be refused by today's index until tomorrow's is made. Says what it did, or would do.
import { at, entries, field, type JsonValue, number } from '../../model/json.ts';
import { Fault } from '../../model/fault.ts';
import { listIndices } from './indexList.ts';
import { ask, type Patience } from './patience.ts';
import type { OpenSearchSettings } from './settings.ts';
import { type IndexTemplate, indexTemplates, TEMPLATE_VERSION, templateDifferences } from './templates.ts';

export interface SetupStep {
  /** `index template netpol-verdicts`, … */
  readonly what: string;
  readonly change: 'none' | 'create' | 'update' | 'delete';
  /** What differs, one line each. */
  readonly details: readonly string[];
}

export interface Setup extends Patience {
  readonly settings: OpenSearchSettings;
  /** Look, tell, and leave everything as it is. */
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
}

/** @throws Fault `opensearch-refused`, also when a newer version of this program has been here */
export async function ensureTemplates(setup: Setup): Promise<readonly SetupStep[]> {
  const steps: SetupStep[] = [];
  for (const template of indexTemplates(setup.settings)) {
    steps.push(await ensureTemplate(setup, template));
    steps.push(...(await ensureMappings(setup, template)));
  }
  return steps;
}

async function ensureTemplate(setup: Setup, { name, body }: IndexTemplate): Promise<SetupStep> {
  const what = `index template ${name}`;
  const stored = await readTemplate(setup, name);
  const version = number(at(stored, '_meta', 'version'));
  if (version !== undefined && version > TEMPLATE_VERSION)
    throw new Fault(
      'opensearch-refused',
      `${what} was made by a newer netpol-drift (version ${version}, this one makes ${TEMPLATE_VERSION}); set up with that one`,
    );
  const details = stored === null ? [] : templateDifferences(stored, body);
  const change = stored === null ? 'create' : details.length > 0 ? 'update' : 'none';
  if (change !== 'none' && !setup.dryRun) {
    const request = { method: 'PUT', path: `/_index_template/${name}`, body: JSON.stringify(body) } as const;
    await ask(setup, request, what, setup.signal);
  }
  return { what, change, details };
}

/** The stored template of that name; null when there is none. */
async function readTemplate({ signal, ...patience }: Setup, name: string): Promise<JsonValue | null> {
  const request = { method: 'GET', path: `/_index_template/${name}`, nullOn: [404] } as const;
  const found = at(await ask(patience, request, `index template ${name}`, signal), 'index_templates');
  return Array.isArray(found) ? (field(found[0], 'index_template') ?? null) : null;
}

/** Indices whose mappings say otherwise than the template get what they lack. Closed ones are left alone. */
async function ensureMappings(setup: Setup, { table, body }: IndexTemplate): Promise<readonly SetupStep[]> {
  const { settings, signal, dryRun } = setup;
  const steps: SetupStep[] = [];
  for (const index of await listIndices(
    setup,
    { table, prefix: settings.indexPrefix, which: 'open' },
    signal,
  )) {
    const what = `mappings of ${index}`;
    const path = `/${index}/_mapping`;
    const [only] = entries(await ask(setup, { method: 'GET', path }, what, signal));
    const stored = { template: { mappings: field(only?.[1], 'mappings') ?? {} } };
    const wanted = { template: { mappings: body.template.mappings } };
    const details = templateDifferences(stored, wanted);
    if (details.length === 0) continue;
    if (!dryRun)
      await ask(setup, { method: 'PUT', path, body: JSON.stringify(body.template.mappings) }, what, signal);
    steps.push({ what, change: 'update', details });
  }
  return steps;
}
