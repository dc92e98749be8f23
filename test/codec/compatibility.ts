// Full compatibility of two schemas: what one wrote the other reads, both ways, for any event.

import type { Schema } from 'avsc';
import * as fc from 'fast-check';
import { eventCodec } from '../../src/codec/eventCodec.ts';
import { events } from '../arbitraries/events.ts';

/** @throws when some event, written with the one schema, cannot be read with the other. */
export function assertFullyCompatible(one: Schema, other: Schema): void {
  assertReads({ reader: one, writer: other });
  assertReads({ reader: other, writer: one });
}

function assertReads({ reader, writer }: { readonly reader: Schema; readonly writer: Schema }): void {
  const reading = eventCodec(reader, [writer]);
  const writing = eventCodec(writer, []);
  fc.assert(
    fc.property(events, (event) => {
      const read = reading.decode(writing.encode(event));
      return read.id === event.id && read.body.kind === event.body.kind;
    }),
  );
}
