// Reads settings out of the environment, and gathers what is wrong with them: whoever starts a worker is told
// everything at once. Values of secrets are never part of what is told.
import { Fault } from '../../model/fault.ts';
import type { Setting } from './setting.ts';

export interface SettingsReader {
  /** The fallback where it is not set, set to nothing, or not as expected; the last is told by `check`. */
  readonly read: <T>(setting: Setting<T>) => T;
  readonly isSet: (setting: Setting<unknown>) => boolean;
  readonly refuse: (problem: string) => void;
  /** @throws Fault `settings` when anything is wrong: name, value, what was expected */
  readonly check: () => void;
}

const MOST_SHOWN = 80;

export function createSettingsReader(
  environment: ReadonlyMap<string, string>,
  known: readonly string[],
): SettingsReader {
  /** A setting may be read more than once. */
  const problems = new Set<string>(known);
  const given = (name: string): string => (environment.get(name) ?? '').trim();
  return {
    read(setting) {
      const value = given(setting.name);
      if (value === '') return setting.fallback;
      const parsed = setting.parse(value);
      if (parsed !== undefined) return parsed;
      problems.add(`${setting.name}=${shown(setting, value)}: expected ${setting.expects}`);
      return setting.fallback;
    },
    isSet: ({ name }) => given(name) !== '',
    refuse: (problem) => void problems.add(problem),
    check() {
      const [first, ...more] = problems;
      if (first === undefined) return;
      const all = [first, ...more].join('\n  ');
      throw new Fault('settings', more.length === 0 ? first : `these settings cannot be used:\n  ${all}`);
    },
  };
}

function shown({ isSecret }: Setting<unknown>, value: string): string {
  if (isSecret) return '(hidden)';
  return value.length <= MOST_SHOWN ? value : `${value.slice(0, MOST_SHOWN)}…`;
}
