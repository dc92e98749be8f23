// A name of ours as an identifier in SQL.

/** `policy.ref` → `"policy.ref"`. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
