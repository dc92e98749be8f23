// What every part of an answer about one cluster asks from: the timeline, the verdicts, the end of the logs.
import type { Inquiry } from '../../join/inquiry.ts';
import type { PolicyRef } from '../../model/refs.ts';
import type { Micros } from '../../model/time.ts';
import type { Change } from '../../queries/changes.ts';
import type { ChangeRecord, TimelineReader } from '../../timeline/reader.ts';
import type { Sighting } from './sightings.ts';

export interface Inquest {
  readonly inquiry: Inquiry;
  readonly timeline: TimelineReader;
  readonly told: (change: ChangeRecord) => Change;
  readonly ownerOf: (ref: PolicyRef) => string;
  /** `file#document`; '' where no manifests were given. */
  readonly manifestOf: (ref: PolicyRef) => string;
  /** Of this direction and any other. */
  readonly sightings: readonly Sighting[];
  /** The end of the logs: "now". */
  readonly end: Micros;
}
