// A question to a store: SQL over the tables of documents/fields.ts, and how its rows are read. Questions
// are data: nothing here opens a store. What a store answers is `unknown` until `read` has looked at it.

export interface Question<T> {
  readonly sql: string;
  readonly read: (rows: readonly unknown[]) => T;
}

/** Runs one SQL text and gives all its rows. Calls are made one after another, so far without parameters. */
export type Ask = (sql: string, params?: readonly (string | number)[]) => Promise<readonly unknown[]>;

/**
 * A conversation with a store: yields SQL, is handed the rows, in the end returns what it made of them.
 * So the order of the questions and what later ones need of earlier ones is said without any I/O.
 */
export type Dialogue<T> = Generator<string, T, readonly unknown[]>;

/** One question within a dialogue. */
export function* put<T>(question: Question<T>): Dialogue<T> {
  return question.read(yield question.sql);
}

/** Leads a dialogue to its end over `ask`, one question at a time. */
export function converse<T>(dialogue: Dialogue<T>, ask: Ask): T | Promise<T> {
  const advance = (rows: readonly unknown[]): T | Promise<T> => {
    const step = dialogue.next(rows);
    return step.done === true ? step.value : ask(step.value).then(advance);
  };
  return advance([]);
}
