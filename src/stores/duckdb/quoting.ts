// How names and texts of ours get into SQL where DuckDB takes no bound parameter (DDL, comments).
// Values from documents never come here: they go through the appender or are bound.

/** `a.b` → `"a.b"`: one identifier, dots and all. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** `it's` → `'it''s'`. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
