// Large pieces of memory that live for a while and then end: batches, frames. V8 learns only from a garbage collection
// that such memory is free, and it looks through the whole heap for every 64 MB that came. Who knows the end says so.

/** In memory of its own, which nobody shares. */
export function ownBytes(bytes: Uint8Array): Buffer {
  const own = Buffer.allocUnsafeSlow(bytes.length);
  own.set(bytes);
  return own;
}

/**
 * Frees it at once: all views of it are empty from now on. Memory that others have a part in is left as it is, and
 * what was given back already.
 */
export function giveBack({ buffer, byteLength }: Uint8Array): void {
  const isWhole = byteLength > 0 && byteLength === buffer.byteLength;
  if (isWhole && buffer instanceof ArrayBuffer) buffer.transfer(0);
}
