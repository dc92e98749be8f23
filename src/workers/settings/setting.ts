// One setting of the workers: its name in the environment, what it may be, and what it is for. The lists of
// settings, their documentation and their parsing are all made of these, so that none can know one that the
// others do not.

export interface Setting<T> {
  /** Of the environment variable. */
  readonly name: string;
  /** What holds when it is not set, or set to nothing. */
  readonly fallback: T;
  /** The same as one would write it; '' where nothing holds. */
  readonly shownFallback: string;
  /** One clause: `a whole number of milliseconds, 1,000 to 600,000`. */
  readonly expects: string;
  /** One sentence for whoever runs the workers. */
  readonly doc: string;
  /** `NAME_FILE` names a file that holds the value. */
  readonly hasFile: boolean;
  /** The value is never shown. */
  readonly isSecret: boolean;
  /** undefined: not as expected. */
  readonly parse: (text: string) => T | undefined;
}

interface Words {
  readonly doc: string;
}

/** Any text without blanks at its ends. */
export function text(name: string, fallback: string, { doc, expects, like }: TextWords): Setting<string> {
  return {
    ...plain(name, doc),
    fallback,
    shownFallback: fallback,
    expects: expects ?? 'a text',
    parse: (given) => (like === undefined || like.test(given) ? given : undefined),
  };
}

interface TextWords extends Words {
  readonly expects?: string;
  readonly like?: RegExp;
}

/** A password, a key or a certificate: may come out of a file, and is shown nowhere. */
export function secret(name: string, doc: string): Setting<string> {
  return { ...text(name, '', { doc }), isSecret: true, hasFile: true };
}

export interface Range {
  readonly from: number;
  readonly to: number;
  /** `milliseconds`, `bytes`, …; '' for a mere count. */
  readonly unit: string;
}

export function whole(name: string, fallback: number, range: Range, doc: string): Setting<number> {
  return { ...wholeOr(name, fallback, range, doc), fallback };
}

/** Without a fallback: another setting says what holds. */
export function wholeOr<F>(name: string, fallback: F, range: Range, doc: string): Setting<number | F> {
  const { from, to, unit } = range;
  const of = unit === '' ? '' : ` of ${unit}`;
  return {
    ...plain(name, doc),
    fallback,
    shownFallback: typeof fallback === 'number' ? String(fallback) : '',
    expects: `a whole number${of}, ${figure(from)} to ${figure(to)}`,
    parse(given) {
      const value = /^\d{1,16}$/.test(given) ? Number(given) : Number.NaN;
      return value >= from && value <= to ? value : undefined;
    },
  };
}

export function share(name: string, fallback: number, doc: string): Setting<number> {
  return {
    ...plain(name, doc),
    fallback,
    shownFallback: String(fallback),
    expects: 'a share, 0 to 1',
    parse(given) {
      const value = /^\d(\.\d{1,6})?$/.test(given) ? Number(given) : Number.NaN;
      return value <= 1 ? value : undefined;
    },
  };
}

export function oneOf<const T extends string, const F extends T | ''>(
  name: string,
  fallback: F,
  words: readonly T[],
  doc: string,
): Setting<T | F> {
  return {
    ...plain(name, doc),
    fallback,
    shownFallback: fallback,
    expects: `one of ${words.join(', ')}`,
    parse: (given) => words.find((word) => word === given.toLowerCase()),
  };
}

export function flag(name: string, fallback: boolean, doc: string): Setting<boolean> {
  const { parse, ...rest } = oneOf(name, fallback ? 'true' : 'false', ['true', 'false'], doc);
  return {
    ...rest,
    fallback,
    parse(given) {
      const word = parse(given);
      return word === undefined ? undefined : word === 'true';
    },
  };
}

interface ListWords<T> extends Words {
  readonly expects: string;
  /** undefined: not an item as expected. */
  readonly item: (text: string) => T | undefined;
}

/** Separated by commas. Equal items are not refused here. */
export function list<T>(
  name: string,
  shownFallback: string,
  { doc, expects, item }: ListWords<T>,
): Setting<readonly T[]> {
  const parse = (given: string): readonly T[] | undefined => {
    const items = given.split(',').map((part) => item(part.trim()));
    const known = items.filter((each) => each !== undefined);
    return known.length === items.length ? known : undefined;
  };
  const fallback = shownFallback === '' ? [] : (parse(shownFallback) ?? []);
  return { ...plain(name, doc), fallback, shownFallback, expects, parse };
}

function plain(name: string, doc: string): Pick<Setting<unknown>, 'name' | 'doc' | 'hasFile' | 'isSecret'> {
  return { name, doc, hasFile: false, isSecret: false };
}

function figure(value: number): string {
  return value.toLocaleString('en-US');
}
