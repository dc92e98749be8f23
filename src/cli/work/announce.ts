// One line for each role at its start, for the person who started it: what it reads, what it writes.
import type { Settings } from '../../workers/settings.ts';
import type { Role } from './options.ts';

export function announcement(role: Role, settings: Settings): string {
  const { topics, openSearch } = settings;
  const store = `OpenSearch ${openSearch.urls.join(', ')} (${openSearch.indexPrefix}*)`;
  switch (role) {
    case 'normalise': {
      const raw = settings.normalise.rawTopics.map(({ topic }) => topic).join(', ');
      return `normalise: ${raw} → ${topics.events}, ${topics.policyChanges}, ${topics.watermarks}`;
    }
    case 'join':
      return `join: ${topics.events}, as of ${topics.policyChanges} → verdicts, rollups and feeds in ${store}`;
    case 'repair':
      return `repair: ${topics.policyChanges} → changes and policies in ${store}, and what late changes concern`;
  }
}
