// What each alert looks for, as a search whose answer holds only what is wrong, and how its message tells it.
//
//   clusters ─┬─ top policies or changes ─── one conversation of each, ready to be asked about
//             └─ what the threshold is held against ─── bucket_selector: clusters that are well are thrown out
//
// Everything that decides happens inside the search: the trigger only asks whether a cluster is left, and the message
// can name nothing that did not go off.
import type { AlertName, Thresholds } from '../alerts.ts';
import { auditedDenySpike } from './auditedDenySpike.ts';
import type { Commands } from './commands.ts';
import { feedSilent } from './feedSilent.ts';
import { manualChange } from './manualChange.ts';
import { notEnforced } from './notEnforced.ts';
import { regressionAfterChange } from './regressionAfterChange.ts';
import type { Watch } from './search.ts';

export function watchOf(name: AlertName, thresholds: Thresholds, commands: Commands): Watch {
  switch (name) {
    case 'audited-deny-spike':
      return auditedDenySpike(thresholds, commands);
    case 'regression-after-change':
      return regressionAfterChange(thresholds, commands);
    case 'not-enforced':
      return notEnforced(thresholds, commands);
    case 'manual-change':
      return manualChange(commands);
    case 'feed-silent':
      return feedSilent(thresholds, commands);
  }
}
