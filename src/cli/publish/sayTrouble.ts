// The log of commands that end soon: only what a person has to know, one line each on standard error.
import type { LogLevel } from '../../runtime/log.ts';

export function sayTrouble(
  level: LogLevel,
  message: string,
  fields: Readonly<Record<string, unknown>> = {},
): void {
  if (level === 'debug' || level === 'info') return;
  const told = Object.entries(fields).filter(
    ([, value]) => (typeof value === 'string' && value !== '') || typeof value === 'number',
  );
  const detail = told.map(([name, value]) => `${name} ${String(value)}`).join(', ');
  process.stderr.write(`${message}${detail === '' ? '' : `: ${detail}`}\n`);
}
