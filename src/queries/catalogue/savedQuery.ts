// A saved query: a question that people ask again and again, defined once for every store, for the command line,
// the dashboards and the alerts. It is data and pure functions; whoever runs it hands over the answers to its parts.
//
//   parameters ──parts──▶ Part… ──(a store)──▶ answers ──more──▶ Part… ──▶ answers ──last──▶ … ──rows──▶ rows ──▶ Table
import type { JudgeAgain } from '../judgeAgain.ts';
import type { Part, PartRow } from './part.ts';

/**
 * count      a whole number             ratio   a number, 1 = as many as      flag   true or false
 * duration   milliseconds               time    milliseconds since 1970       list   texts, sorted unless said
 */
export type ColumnType = 'text' | 'count' | 'time' | 'duration-ms' | 'list' | 'flag' | 'ratio';

export interface Column {
  /** As in NDJSON and CSV: the name of the document field where it is one. */
  readonly name: string;
  /** Heading for people; short. */
  readonly title: string;
  readonly type: ColumnType;
  /** Of a count: `verdicts`, `changes`, `events`. */
  readonly unit?: string;
  readonly meaning: string;
}

/** null: not known, or there is none. */
export type Cell = string | number | boolean | readonly string[] | null;
export type Row = Readonly<Record<string, Cell>>;

export const COMMON_PARAMETERS = ['since', 'until', 'cluster', 'namespace'] as const;
export type CommonParameter = (typeof COMMON_PARAMETERS)[number];

export interface Parameter {
  /** Kebab-case, as on the command line. */
  readonly name: string;
  readonly type: 'number' | 'text' | 'duration-ms';
  readonly meaning: string;
  readonly fallback: number | string;
}

export interface QueryParameters {
  /** [sinceMs, untilMs); null = open. */
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
  /** When the question is asked: `untilMs` when given, else the clock's time or the end of what a file holds. */
  readonly asOfMs: number;
  /** '' = all. */
  readonly cluster: string;
  /** '' = all. */
  readonly namespace: string;
  /** The query's own, fallbacks filled in. */
  readonly own: Readonly<Record<string, number | string>>;
}

export type Parts = Readonly<Record<string, Part>>;
export type Answers<Name extends string = string> = Readonly<Record<Name, readonly PartRow[]>>;

export interface SavedQuery {
  /** Kebab-case; for ever. */
  readonly name: string;
  readonly topic: Topic;
  /** The question in plain words, with its question mark. */
  readonly title: string;
  /** What the answer is good for, and how it is counted: one to three sentences. */
  readonly about: string;
  /** Common parameters that mean something here. */
  readonly takes: readonly CommonParameter[];
  /** Those of them that must be given. */
  readonly needs?: readonly CommonParameter[];
  readonly parameters?: readonly Parameter[];
  readonly columns: readonly Column[];
  /**
   * Cells by which rows are ordered, be they columns or not; all columns follow, so that the order is total.
   * `-name`: descending.
   */
  readonly order: readonly string[];
  /** What must not be concluded from the answer. */
  readonly caveats: readonly string[];
  parts(parameters: QueryParameters): Parts;
  /** A second round, of what the first one named. */
  more?(answers: Answers, parameters: QueryParameters): Parts;
  /** A third one. */
  last?(answers: Answers, parameters: QueryParameters, judge: JudgeAgain): Parts;
  rows(answers: Answers, parameters: QueryParameters, judge: JudgeAgain): readonly Row[];
}

export const TOPICS = ['audit mode', 'changes', 'enforcement', 'policies', 'traffic', 'feeds'] as const;
export type Topic = (typeof TOPICS)[number];

/** A query whose `rows` knows which parts it asked. */
export interface Definition<Name extends string, More extends string, Last extends string>
  extends Omit<SavedQuery, 'parts' | 'more' | 'last' | 'rows'> {
  parts(parameters: QueryParameters): Readonly<Record<Name, Part>>;
  more?(answers: Answers<NoInfer<Name>>, parameters: QueryParameters): Readonly<Record<More, Part>>;
  last?(
    answers: Answers<NoInfer<Name | More>>,
    parameters: QueryParameters,
    judge: JudgeAgain,
  ): Readonly<Record<Last, Part>>;
  rows(
    answers: Answers<NoInfer<Name | More | Last>>,
    parameters: QueryParameters,
    judge: JudgeAgain,
  ): readonly Row[];
}

export function savedQuery<Name extends string, More extends string = never, Last extends string = never>(
  definition: Definition<Name, More, Last>,
): SavedQuery {
  return definition;
}

export interface Table {
  readonly query: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** A part had more rows than are read: figures may be too small, and rows missing. */
  readonly cut: boolean;
  readonly caveats: readonly string[];
}
