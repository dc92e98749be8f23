// Runs a saved query over any store: the store answers parts, the rest is the same for all of them.
import type { JudgeAgain } from '../judgeAgain.ts';
import type { Part, PartAnswer, PartRow } from './part.ts';
import type { Answers, Cell, Parts, QueryParameters, Row, SavedQuery, Table } from './savedQuery.ts';

export type AnswerPart = (part: Part) => Promise<PartAnswer>;

/** Whom a saved query asks: a store about documents, the decision core about policies. */
export interface Asked {
  readonly answerPart: AnswerPart;
  readonly judge: JudgeAgain;
}

/** Parts are asked one after another. @throws whatever `answerPart` throws */
export function runQuery(
  query: SavedQuery,
  parameters: QueryParameters,
  { answerPart, judge }: Asked,
): Promise<Table> {
  const dialogue = conversation(query, parameters, judge);
  const advance = (answer: PartAnswer): Table | Promise<Table> => {
    const step = dialogue.next(answer);
    return step.done === true ? step.value : answerPart(step.value).then(advance);
  };
  const first = dialogue.next();
  if (first.done === true) throw new RangeError(`${query.name} asks nothing`);
  return answerPart(first.value).then(advance);
}

/** Yields parts, is handed their answers, in the end returns the table. */
function* conversation(
  query: SavedQuery,
  parameters: QueryParameters,
  judge: JudgeAgain,
): Generator<Part, Table, PartAnswer> {
  const first = yield* answered(query.parts(parameters));
  const second = yield* answered(query.more?.(first.answers, parameters) ?? {});
  const both = { ...first.answers, ...second.answers };
  const third = yield* answered(query.last?.(both, parameters, judge) ?? {});
  return {
    query: query.name,
    columns: query.columns,
    rows: sorted(query, query.rows({ ...both, ...third.answers }, parameters, judge)),
    cut: [first, second, third].some(({ cut }) => cut),
    caveats: query.caveats,
  };
}

interface Gathered {
  readonly answers: Answers;
  readonly cut: boolean;
}

function* answered(parts: Parts): Generator<Part, Gathered, PartAnswer> {
  const rows: Record<string, readonly PartRow[]> = {};
  let cut = false;
  for (const [name, part] of Object.entries(parts)) {
    const answer = yield part;
    rows[name] = answer.rows;
    cut ||= answer.cut;
  }
  return { answers: rows, cut };
}

/** By `order`, then by all columns from the left; what is not known stands last either way. */
function sorted({ order, columns }: SavedQuery, rows: readonly Row[]): readonly Row[] {
  const keys = [...order, ...columns.map(({ name }) => name)].map((name) =>
    name.startsWith('-') ? { name: name.slice(1), sign: -1 } : { name, sign: 1 },
  );
  return rows.toSorted((a, b) => {
    for (const { name, sign } of keys) {
      const difference = compared(a[name] ?? null, b[name] ?? null, sign);
      if (difference !== 0) return difference;
    }
    return 0;
  });
}

function compared(a: Cell, b: Cell, sign: number): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  if (typeof a === 'number' && typeof b === 'number') return sign * (a - b);
  const [one, other] = [sortText(a), sortText(b)];
  return one === other ? 0 : one < other ? -sign : sign;
}

function sortText(cell: Exclude<Cell, null>): string {
  return typeof cell === 'object' ? cell.join('\u0000') : String(cell);
}
