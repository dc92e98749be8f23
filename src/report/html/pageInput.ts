// What a report is made of: the answers as the terminal gives them, and the rows behind them. Whoever has these
// has a report, wherever they came from.

import type { Summary } from '../../queries/summary.ts';
import type { FlowGroup } from '../../queries/report/flowGroups.ts';
import type { Writes } from '../../queries/report/writes.ts';
import type { Findings } from '../findings.ts';
import type { TimeSlots } from '../page/pageData.ts';

export interface PageInput {
  readonly summary: Summary;
  readonly findings: Findings;
  /** Worst first, counted by `time`. */
  readonly groups: readonly FlowGroup[];
  readonly writes: Writes;
  readonly time: TimeSlots;
}
