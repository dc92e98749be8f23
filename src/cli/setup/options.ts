// What `setup` was asked to do, checked.
import { Fault } from '../../model/fault.ts';

export interface SetupOptions {
  readonly dryRun: boolean;
  readonly prune: boolean;
  readonly monitors: boolean;
  /** Address of OpenSearch Dashboards; '' = none was given. */
  readonly dashboards: string;
  /** -1: as the brokers have it by default. */
  readonly replication: number;
  readonly partitions: number;
  readonly format: 'text' | 'json';
}

/** As commander gives them. */
export interface RawSetupOptions {
  readonly dryRun?: boolean;
  readonly prune?: boolean;
  readonly monitors?: boolean;
  readonly dashboards?: string;
  readonly replication?: string;
  readonly partitions?: string;
  readonly format?: string;
}

const MOST_REPLICAS = 15;
const MOST_PARTITIONS = 1_000;
const PARTITIONS = 6;

/** @throws Fault `usage` */
export function checkSetupOptions(raw: RawSetupOptions): SetupOptions {
  const { dryRun = false, prune = false, monitors = false } = raw;
  const { dashboards, replication, partitions, format = 'text' } = raw;
  if (format !== 'text' && format !== 'json')
    throw new Fault('usage', `--format ${format}: unknown; one of text, json`);
  return {
    dryRun,
    prune,
    monitors,
    dashboards: dashboards === undefined ? '' : address('--dashboards', dashboards),
    replication: replication === undefined ? -1 : count('--replication', replication, MOST_REPLICAS),
    partitions: partitions === undefined ? PARTITIONS : count('--partitions', partitions, MOST_PARTITIONS),
    format,
  };
}

/** User and password come from files and the environment alone: a command line is read by everybody. */
function address(option: string, text: string): string {
  const url = URL.parse(text);
  const isPlain = url !== null && url.username === '' && url.search === '' && url.hash === '';
  // What may be a password is not repeated.
  const shown = text.includes('@') ? option : `${option} ${text}`;
  if (!isPlain || !/^https?:$/.test(url.protocol))
    throw new Fault('usage', `${shown}: expected http:// or https://, host, port and base path, no user`);
  return text.replace(/\/+$/, '');
}

function count(option: string, text: string, most: number): number {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > most)
    throw new Fault('usage', `${option} ${text}: expected a number from 1 to ${most}`);
  return value;
}
