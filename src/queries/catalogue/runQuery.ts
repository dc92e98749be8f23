// Runs a saved query over any store: the store answers parts, the rest is the same for all of them.
import type { Part, PartAnswer, PartRow } from './part.ts';
import type { Cell, Parts, QueryParameters, Row, SavedQuery, Table } from './savedQuery.ts';

export type AnswerPart = (part: Part) => Promise<PartAnswer>;

interface Gathered {
  readonly answers: Readonly<Record<string, readonly PartRow[]>>;
  readonly cut: boolean;
}

/** Parts are asked one after another. @throws whatever `answerPart` throws */
export function runQuery(
  query: SavedQuery,
  parameters: QueryParameters,
  answerPart: AnswerPart,
): Promise<Table> {
  return gather(query.parts(parameters), { answers: {}, cut: false }, answerPart)
    .then((first) => gather(query.more?.(first.answers, parameters) ?? {}, first, answerPart))
    .then(({ answers, cut }) => ({
      query: query.name,
      columns: query.columns,
      rows: sorted(query, query.rows(answers, parameters)),
      cut,
      caveats: query.caveats,
    }));
}

function gather(parts: Parts, known: Gathered, answerPart: AnswerPart): Promise<Gathered> {
  return Object.entries(parts).reduce(
    (before, [name, part]) =>
      before.then((gathered) =>
        answerPart(part).then(({ rows, cut }) => ({
          answers: { ...gathered.answers, [name]: rows },
          cut: gathered.cut || cut,
        })),
      ),
    Promise.resolve(known),
  );
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
