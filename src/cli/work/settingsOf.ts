// The settings of the workers for every command that speaks to Kafka or OpenSearch: the environment, with the
// contents of the files that `…_FILE` names in their place, so that secrets need not stand in the environment.
import { readFileSync } from 'node:fs';
import type { Config } from '../../config.ts';
import { readSettings, type Settings } from '../../workers/settings.ts';
import { SETTINGS_GROUPS } from '../../workers/settings/catalogue.ts';

/** @throws Fault `settings` that tells everything that is wrong */
export function settingsOf({ environment }: Pick<Config, 'environment'>): Settings {
  const { variables, problems } = withFiles(environment);
  return readSettings(variables, problems);
}

function withFiles(environment: ReadonlyMap<string, string>): {
  readonly variables: ReadonlyMap<string, string>;
  readonly problems: readonly string[];
} {
  const variables = new Map(environment);
  const problems: string[] = [];
  for (const { name } of SETTINGS_GROUPS.flatMap(({ settings }) => settings).filter((one) => one.hasFile)) {
    const variable = `${name}_FILE`;
    const path = environment.get(variable) ?? '';
    if (path === '') continue;
    if ((environment.get(name) ?? '') !== '') problems.push(`${name} and ${variable}: set one of them`);
    const content = contentOf(path);
    if (content === '')
      problems.push(`${variable}=${path}: expected a file that can be read and is not empty`);
    variables.set(name, content);
  }
  return { variables, problems };
}

/** '' when it cannot be read. */
function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
