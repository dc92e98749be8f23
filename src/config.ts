// The only reader of the environment. Everything else gets what it needs as arguments.

export interface Config {
  readonly colour: boolean;
  /** Columns of the screen: 100 at most, as wide as lines stay readable. */
  readonly columns: number;
  /** Standard error is a terminal: progress may be drawn there. */
  readonly progress: boolean;
  /** All variables, for the settings of the workers (workers/settings.ts). */
  readonly environment: ReadonlyMap<string, string>;
}

const WIDEST = 100;
const NARROWEST = 40;

/** `NO_COLOR` and `FORCE_COLOR` as everywhere; `COLUMNS` where the output is no terminal. */
export function readConfig(): Config {
  const { stdout, stderr, env } = process;
  const noColour = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  const forced = (env['FORCE_COLOR'] ?? '') !== '' && env['FORCE_COLOR'] !== '0';
  const columns = stdout.isTTY ? stdout.columns : Number(env['COLUMNS'] ?? '') || WIDEST;
  return {
    colour: forced || (stdout.isTTY && !noColour),
    columns: Math.max(NARROWEST, Math.min(WIDEST, columns)),
    progress: stderr.isTTY && (env['CI'] ?? '') === '',
    environment: new Map(Object.entries(env).map(([name, value]) => [name, value ?? ''])),
  };
}
