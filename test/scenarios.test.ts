// Tells every story of test/scenarios and checks what it expects of each flow.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runStory, type Story, toldBy } from './support/scenario.ts';

const folder = new URL('./scenarios/', import.meta.url);

for (const name of readdirSync(folder).filter((file) => file.endsWith('.yaml'))) {
  const stories: readonly Story[] = parse(readFileSync(new URL(name, folder), 'utf8'));
  describe(name.replace('.yaml', ''), () => {
    it.each(stories.map((story) => [story.story, story] as const))('%s', (_, story) => {
      const { verdicts, changes, stillAudited } = runStory(story);
      if (story.changes !== undefined) expect(changes).toEqual(story.changes);
      if (story.stillAudited !== undefined) expect(stillAudited).toEqual(story.stillAudited);
      for (const { step, verdict } of verdicts) {
        const told = toldBy(verdict);
        const relevant = Object.fromEntries(Object.keys(step.expect).map((key) => [key, told[key]]));
        expect({ at: step.at, ...relevant }).toEqual({ at: step.at, ...step.expect });
      }
    });
  });
}
