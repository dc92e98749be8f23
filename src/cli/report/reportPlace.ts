// Where a report of a store may go (not into the store itself), and who may read it.

import { Fault } from '../../model/fault.ts';
import { identityOf } from '../analyze/places.ts';

export const REPORT_MODE = 0o644;

/** @throws Fault `usage` */
export async function checkReportPlace(report: string, store: string): Promise<void> {
  if (store !== '' && (await identityOf(report)) === (await identityOf(store)))
    throw new Fault('usage', `--report ${report}: is the store that is asked; pass another name`);
}
