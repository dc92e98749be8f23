// Where a record stands, and what stands around it about its cluster: the origin of the events that come of
// it. Files have one partition, and lines for offsets.
import type { Origin } from '../model/event.ts';

export interface RecordSite {
  /** Topic, or the file's path as given. */
  readonly source: string;
  readonly partition: number;
  /** Offset in the partition; of a file the line, from 1. */
  readonly offset: number;
  /** Index of the first event that comes of it. */
  readonly index: number;
  /** Goes before whatever the record says: a setting, a header of the Kafka record. '' = nothing. */
  readonly givenCluster: string;
  /** Where neither that nor an envelope names one, it goes before the name that Hubble gives. '' = nothing. */
  readonly assumedCluster: string;
}

export function siteOfLine(source: string, line: number, givenCluster: string): RecordSite {
  return { source, partition: 0, offset: line, index: 0, givenCluster, assumedCluster: '' };
}

export function originAt(site: RecordSite, index = site.index): Origin {
  const { source, partition, offset } = site;
  return { source, partition, offset, index };
}
