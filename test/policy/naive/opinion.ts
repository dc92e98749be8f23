// What one policy without an order of its own says about a question.
export interface Opinion {
  readonly ref: string;
  readonly selects: boolean;
  readonly isolates: boolean;
  /** Rule refs. */
  readonly allows: readonly string[];
  readonly denies: readonly string[];
}
