// The schema files of the repository, parsed, as eventCodec takes them.

import { readdirSync, readFileSync } from 'node:fs';
import type { Schema } from 'avsc';

const FOLDER = new URL('../../schemas/', import.meta.url);

export function currentSchema(): Schema {
  return parsed(new URL('event.avsc', FOLDER));
}

export interface Release {
  readonly file: string;
  readonly schema: Schema;
}

/** Every schema that was ever released, oldest first. */
export function releasedSchemas(): readonly Release[] {
  const history = new URL('history/', FOLDER);
  return readdirSync(history)
    .sort()
    .map((file) => ({ file, schema: parsed(new URL(file, history)) }));
}

function parsed(file: URL): Schema {
  const schema: Schema = JSON.parse(readFileSync(file, 'utf8'));
  return schema;
}
