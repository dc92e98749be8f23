// What `doctor` was asked to look at, checked.
import { Fault } from '../../model/fault.ts';

export interface DoctorOptions {
  readonly flows: readonly string[];
  readonly audit: readonly string[];
  readonly policies: readonly string[];
  /** '' = as the data say. */
  readonly cluster: string;
  readonly format: 'text' | 'json';
}

/** As commander gives them. */
export interface RawDoctorOptions {
  readonly flows?: readonly string[];
  readonly audit?: readonly string[];
  readonly policies?: readonly string[];
  readonly cluster?: string;
  readonly format?: string;
}

/** @throws Fault `usage` */
export function checkDoctorOptions(raw: RawDoctorOptions): DoctorOptions {
  const { flows = [], audit = [], policies = [], cluster = '', format = 'text' } = raw;
  if (flows.length === 0 && audit.length === 0)
    throw new Fault('usage', 'nothing to look at: pass --flows FILE… and --audit FILE…');
  if (flows.includes('-') && audit.includes('-'))
    throw new Fault('usage', '--flows - and --audit -: standard input can be one of them');
  if (format !== 'text' && format !== 'json')
    throw new Fault('usage', `--format ${format}: unknown; one of text, json`);
  return { flows, audit, policies, cluster, format };
}
