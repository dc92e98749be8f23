// Finds where one JSON text ends in a stream of bytes, without building anything. It knows JSON's structure
// (brackets, strings, what may follow what) well enough to notice at once that a text is broken, so that one
// broken document never swallows the good ones behind it. It does not check numbers, literals, escapes or keys:
// whoever parses the text does.

const MAX_DEPTH = 1_024;

const [LF, QUOTE, COMMA, COLON, BACKSLASH] = [0x0a, 0x22, 0x2c, 0x3a, 0x5c];
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** What may stand next. */
type Expect = 'value' | 'value-or-close' | 'key' | 'key-or-close' | 'colon' | 'comma-or-close';
type Inside = 'nothing' | 'string' | 'escape' | 'scalar';

/** `more`: the text goes on behind the bytes given. `broken`: what comes next can stand in no JSON text. */
export type ScanState = 'more' | 'done' | 'broken';

export class JsonScanner {
  state: ScanState = 'more';
  /** Newlines passed since {@link reset}. */
  newlines = 0;
  /** Index of the last newline passed by the last {@link scan}; -1 when it passed none. */
  lastNewline = -1;
  #expect: Expect = 'value';
  #inside: Inside = 'nothing';
  #depth = 0;
  /** 1 = object, per depth. */
  readonly #objects = new Uint8Array(MAX_DEPTH + 1);

  /** Before a new text. */
  reset(): void {
    this.state = 'more';
    this.newlines = 0;
    this.lastNewline = -1;
    this.#expect = 'value';
    this.#inside = 'nothing';
    this.#depth = 0;
  }

  /**
   * Goes on with `bytes[from..)`.
   * @returns when `done`, the index behind the text; when `broken`, the index of the byte that does not fit (it
   *   is not passed); else the length. Nesting beyond 1,024 counts as broken.
   */
  scan(bytes: Buffer, from: number): number {
    this.lastNewline = -1;
    let index = from;
    while (index < bytes.length && this.state === 'more') {
      if (this.#inside === 'nothing') index = this.#between(bytes, index);
      else if (this.#inside === 'scalar') index = this.#scalar(bytes, index);
      else index = this.#string(bytes, index);
    }
    return index;
  }

  #between(bytes: Buffer, from: number): number {
    let index = from;
    for (; index < bytes.length && this.#inside === 'nothing'; index += 1) {
      const byte = bytes[index] ?? 0;
      if (byte === LF) {
        this.newlines += 1;
        this.lastNewline = index;
      } else if (!isBlank(byte) && !this.#token(byte)) {
        this.state = 'broken';
        return index;
      } else if (this.#ended()) {
        this.state = 'done';
        return index + 1;
      }
    }
    return index;
  }

  #ended(): boolean {
    return this.#depth === 0 && this.#expect === 'comma-or-close' && this.#inside === 'nothing';
  }

  /** @returns whether the token that begins with this byte may stand here. */
  #token(byte: number): boolean {
    switch (byte) {
      case OPEN_OBJECT:
      case OPEN_ARRAY:
        return this.#open(byte === OPEN_OBJECT);
      case CLOSE_OBJECT:
      case CLOSE_ARRAY:
        return this.#close(byte === CLOSE_OBJECT);
      case COMMA:
        if (this.#expect !== 'comma-or-close') return false;
        this.#expect = this.#objects[this.#depth] === 1 ? 'key' : 'value';
        return true;
      case COLON:
        if (this.#expect !== 'colon') return false;
        this.#expect = 'value';
        return true;
      case QUOTE:
        if (this.#expect === 'colon' || this.#expect === 'comma-or-close') return false;
        this.#inside = 'string';
        return true;
      default:
        if (!this.#mayBeValue() || !isScalar(byte)) return false;
        this.#inside = 'scalar';
        return true;
    }
  }

  #mayBeValue(): boolean {
    return this.#expect === 'value' || this.#expect === 'value-or-close';
  }

  #open(object: boolean): boolean {
    if (!this.#mayBeValue() || this.#depth === MAX_DEPTH) return false;
    this.#depth += 1;
    this.#objects[this.#depth] = object ? 1 : 0;
    this.#expect = object ? 'key-or-close' : 'value-or-close';
    return true;
  }

  #close(object: boolean): boolean {
    if (this.#depth === 0 || (this.#objects[this.#depth] === 1) !== object) return false;
    if (this.#expect !== 'comma-or-close' && this.#expect !== (object ? 'key-or-close' : 'value-or-close'))
      return false;
    this.#depth -= 1;
    this.#expect = 'comma-or-close';
    return true;
  }

  /** A control character cannot stand in a string (RFC 8259 section 7): a line end there means a cut-off text. */
  #string(bytes: Buffer, from: number): number {
    let index = from;
    if (this.#inside === 'escape') {
      this.#inside = 'string';
      index += 1;
    }
    for (; index < bytes.length; index += 1) {
      const byte = bytes[index] ?? 0;
      if (byte === QUOTE) return this.#leave(index + 1);
      if (byte < 0x20) {
        this.state = 'broken';
        return index;
      }
      if (byte === BACKSLASH) {
        index += 1;
        if (index >= bytes.length) this.#inside = 'escape';
      }
    }
    return bytes.length;
  }

  #scalar(bytes: Buffer, from: number): number {
    let index = from;
    while (index < bytes.length && isScalar(bytes[index] ?? 0)) index += 1;
    return index === bytes.length ? index : this.#leave(index);
  }

  #leave(index: number): number {
    this.#inside = 'nothing';
    const wasKey = this.#expect === 'key' || this.#expect === 'key-or-close';
    this.#expect = wasKey ? 'colon' : 'comma-or-close';
    if (this.#ended()) this.state = 'done';
    return index;
  }
}

/** The white space of JSON. */
export function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === LF || byte === 0x0d || byte === 0x09;
}

/** What numbers, `true`, `false` and `null` are made of; words of other languages (`NaN`) pass, too. */
function isScalar(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    byte === 0x2b ||
    byte === 0x2d ||
    byte === 0x2e
  );
}
