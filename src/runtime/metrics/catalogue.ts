// All metrics of the workers in the order of the data: what comes in, what is joined, what is written.
// docs/metrics.md is made from this list.
import type { Metric } from './definition.ts';
import { INTAKE } from './intake.ts';
import { JOINING } from './joining.ts';
import { WRITING } from './writing.ts';

export const METRICS: readonly Metric[] = [INTAKE, JOINING, WRITING].flatMap((part) =>
  Object.values<Metric>(part),
);
