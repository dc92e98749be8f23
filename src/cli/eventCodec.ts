// Reads the schemas of the events, which lie beside the program, and makes their codec.
import { readdirSync, readFileSync } from 'node:fs';
import { type EventCodec, eventCodec } from '../codec/eventCodec.ts';

type Schema = Parameters<typeof eventCodec>[0];

const FOLDER = new URL('../../schemas/', import.meta.url);

/** Writes with the current schema, reads what any released one wrote. */
export function readEventCodec(): EventCodec {
  const history = new URL('history/', FOLDER);
  const released = readdirSync(history).filter((name) => name.endsWith('.avsc'));
  return eventCodec(
    parsed(new URL('event.avsc', FOLDER)),
    released.map((name) => parsed(new URL(name, history))),
  );
}

function parsed(file: URL): Schema {
  const schema: Schema = JSON.parse(readFileSync(file, 'utf8'));
  return schema;
}
