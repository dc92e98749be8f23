// The sample cluster as input of `doctor`, whole or degraded: each variant is what one wrong setting would have
// made of the same four hours.
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { examine } from '../../src/cli/doctor/examine.ts';
import type { RawDoctorOptions } from '../../src/cli/doctor/options.ts';
import { checkDoctorOptions } from '../../src/cli/doctor/options.ts';
import { createProgress } from '../../src/cli/analyze/progress.ts';
import { at, field, isObject, type JsonObject, text } from '../../src/model/json.ts';
import { type Diagnosis, diagnose } from '../../src/report/doctor/diagnosis.ts';
import type { CauseCode, DoctorFacts } from '../../src/report/doctor/facts.ts';
import { SAMPLES, sampleLines } from '../support/cluster.ts';
import { scratchFolder } from '../files/scratch.ts';

export const FLOWS = sampleLines('cluster/flows.ndjson').map(parsed);
export const AUDIT = sampleLines('cluster/audit.ndjson').map(parsed);
const SNAPSHOT = parsed(readFileSync(new URL('cluster/snapshot.json', SAMPLES), 'utf8'));

/** What somebody passes who took the wrong kind from kubectl. */
export const PODS: JsonObject = {
  apiVersion: 'v1',
  kind: 'List',
  items: ['one', 'two'].map((name) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop' },
  })),
};

/** What is to be said of the sample as it is: it is not flawless. */
export const KNOWN: readonly CauseCode[] = ['truncated-bodies', 'lost-events', 'no-proof-of-life'];

export interface Given {
  /** One list for each file; a record is a line. */
  readonly flows?: readonly (readonly JsonObject[])[];
  readonly audit?: readonly (readonly JsonObject[])[];
  readonly snapshot?: JsonObject | null;
  readonly cluster?: string;
}

/** Files in a folder of the test, and the options that name them. The sample stands where nothing is given. */
export async function optionsFor(given: Given): Promise<RawDoctorOptions> {
  const folder = await scratchFolder();
  const write = async (name: string, lines: readonly JsonObject[]): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    return path;
  };
  const snapshot = given.snapshot === undefined ? SNAPSHOT : given.snapshot;
  const { flows = [FLOWS], audit = [AUDIT] } = given;
  return {
    flows: await Promise.all(flows.map((lines, index) => write(`flows-${index}.ndjson`, lines))),
    audit: await Promise.all(audit.map((lines, index) => write(`audit-${index}.ndjson`, lines))),
    policies: snapshot === null ? [] : [await write('policies.json', [snapshot])],
    ...(given.cluster === undefined ? {} : { cluster: given.cluster }),
  };
}

export async function factsOf(given: Given): Promise<DoctorFacts> {
  return examine(checkDoctorOptions(await optionsFor(given)), {
    progress: createProgress(process.stderr, false),
    signal: new AbortController().signal,
    say() {},
  });
}

export async function diagnosisOf(given: Given): Promise<Diagnosis> {
  return diagnose(await factsOf(given));
}

/** What is found beyond what the sample as it is gives. */
export async function foundIn(given: Given): Promise<readonly CauseCode[]> {
  const { causes } = await diagnosisOf(given);
  return causes.map(({ code }) => code).filter((code) => !KNOWN.includes(code));
}

/** The flows, each with its members changed; lines without a flow stay as they are. */
export function withFlows(change: (flow: JsonObject) => JsonObject): readonly JsonObject[] {
  return FLOWS.map((line) => {
    const flow = field(line, 'flow');
    return isObject(flow) ? { ...line, flow: change(flow) } : line;
  });
}

export function without(object: JsonObject, ...keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

export function eventTypeOf(line: JsonObject): unknown {
  return at(line, 'flow', 'event_type', 'type');
}

/** The sample's snapshot with each object changed. */
export function withObjects(change: (object: JsonObject) => JsonObject): JsonObject {
  const items = field(SNAPSHOT, 'items');
  return { ...SNAPSHOT, items: Array.isArray(items) ? items.filter(isObject).map(change) : [] };
}

/** The sample's snapshot with some of its objects. */
export function onlyObjects(isWanted: (object: JsonObject) => boolean): JsonObject {
  const items = field(SNAPSHOT, 'items');
  return { ...SNAPSHOT, items: Array.isArray(items) ? items.filter(isObject).filter(isWanted) : [] };
}

/** A Hubble time, moved; cut to milliseconds. */
export function moved(time: unknown, byMs: number): string {
  return new Date(Date.parse(text(time)) + byMs).toISOString();
}

function parsed(json: string): JsonObject {
  const value: unknown = JSON.parse(json);
  if (!isObject(value)) throw new Error('every line of the sample is an object');
  return value;
}
