// One line of what setup says: what was looked at, how it is, what was done about it, and what is left for a person.
import type { SetupStep } from '../stores/opensearch/templateSetup.ts';

export interface SetupLine {
  /** `topic netpol.events`, `index template netpol-verdicts`, … */
  readonly what: string;
  /**
   *   fine                        as it should be; nothing is done
   *   create, update, delete      done, or on a dry run what would be done
   *   advice                      works, and could be better
   *   wrong                       must be mended first
   */
  readonly state: 'fine' | 'create' | 'update' | 'delete' | 'advice' | 'wrong';
  readonly detail: string;
  /** What to do about `advice` and `wrong`; '' otherwise. */
  readonly mend: string;
}

/** What was done in OpenSearch. */
export function stepLine({ what, change, details }: SetupStep): SetupLine {
  return { what, state: change === 'none' ? 'fine' : change, detail: details.join('; '), mend: '' };
}
