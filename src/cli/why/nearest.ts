// Names close to one that does not exist: what a person most likely meant.

const MOST = 5;

/** At most five, the closest first; [] when nothing is close. */
export function nearest(asked: string, names: readonly string[]): readonly string[] {
  const wanted = asked.toLowerCase();
  const most = Math.max(2, Math.ceil(wanted.length / 4));
  return names
    .map((name) => ({ name, distance: distanceOf(wanted, name.toLowerCase()) }))
    .filter(({ distance }) => distance <= most)
    .toSorted((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, MOST)
    .map(({ name }) => name);
}

/** Edits between the texts; a name of the same last part in another namespace is as close as one edit. */
function distanceOf(asked: string, name: string): number {
  const last = asked.slice(asked.indexOf('/') + 1);
  return name.endsWith(`/${last}`) ? 1 : edits(asked, name);
}

/** Levenshtein distance. */
function edits(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const same = one[i - 1] === other[j - 1];
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (same ? 0 : 1)));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
