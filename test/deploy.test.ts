// deploy/kubernetes: what the API server would refuse or what would only show when it runs, held against rules.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { at, entries, field, type JsonValue, text, texts } from '../src/model/json.ts';
import { SETTINGS_GROUPS } from '../src/workers/settings/catalogue.ts';

const file = new URL('../deploy/kubernetes/netpol-drift.yaml', import.meta.url);
const documents = parseAllDocuments(readFileSync(file, 'utf8'));
const objects = documents.map((document): unknown => document.toJS());

function named(kind: string): unknown {
  return objects.find((object) => field(object, 'kind') === kind);
}

const pods = ['Job', 'Deployment'].map((kind) => {
  const spec = at(named(kind), 'spec', 'template', 'spec');
  const containers = field(spec, 'containers');
  return { kind, spec, container: Array.isArray(containers) ? (containers[0] ?? null) : null };
});

describe('deploy/kubernetes', () => {
  it('parses, and holds what it says', () => {
    expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
    expect(objects.map((object) => field(object, 'kind'))).toEqual([
      'ConfigMap',
      'Job',
      'Deployment',
      'PodDisruptionBudget',
    ]);
  });

  it('sets only settings that exist, to values that they take; secrets by file alone', () => {
    const known = new Map(SETTINGS_GROUPS.flatMap(({ settings }) => settings).map((one) => [one.name, one]));
    for (const [name, value] of entries(field(named('ConfigMap'), 'data'))) {
      const isFile = name.endsWith('_FILE');
      const setting = known.get(isFile ? name.replace(/_FILE$/, '') : name);
      expect(setting, name).toBeDefined();
      expect(setting?.isSecret, name).toBe(isFile);
      if (!isFile) expect(setting?.parse(text(value)), name).toBeDefined();
    }
  });

  it.each(pods)('$kind: runs without root, token, capabilities or a file system to write to', ({
    spec,
    container,
  }) => {
    expect(at(spec, 'securityContext', 'runAsNonRoot')).toBe(true);
    expect(field(spec, 'automountServiceAccountToken')).toBe(false);
    expect(field(container, 'securityContext')).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  it.each(pods)('$kind: mounts the folder that the settings name', ({ spec, container }) => {
    const [mount] = list(field(container, 'volumeMounts'));
    const folder = text(field(mount, 'mountPath'));
    const files = entries(field(named('ConfigMap'), 'data')).filter(([name]) => name.endsWith('_FILE'));
    expect(files).not.toEqual([]);
    for (const [, path] of files) expect(text(path).startsWith(`${folder}/`)).toBe(true);
    const [volume] = list(field(spec, 'volumes'));
    expect(field(volume, 'name')).toEqual(field(mount, 'name'));
  });

  it.each(pods)('$kind: gives the heap three quarters of the memory at most', ({ container }) => {
    const variables = new Map(
      list(field(container, 'env')).map((one) => [text(field(one, 'name')), text(field(one, 'value'))]),
    );
    const [, amount = '', unit] =
      /^(\d+)([GM]i)$/.exec(text(at(container, 'resources', 'limits', 'memory'))) ?? [];
    const limitMiB = Number(amount) * (unit === 'Gi' ? 1_024 : 1);
    const [, heapMiB = ''] = /^--max-old-space-size=(\d+)$/.exec(variables.get('NODE_OPTIONS') ?? '') ?? [];
    expect(Number(heapMiB)).toBeGreaterThanOrEqual(limitMiB / 2);
    expect(Number(heapMiB)).toBeLessThanOrEqual((limitMiB * 3) / 4);
    expect(variables.get('MALLOC_ARENA_MAX')).toBe('2');
  });

  it('gives a worker the memory with which it was measured', () => {
    const said = readFileSync(new URL('../docs/run-the-workers.md', import.meta.url), 'utf8');
    const container = pods[1]?.container ?? null;
    expect(at(container, 'resources', 'limits', 'memory')).toBe('1Gi');
    for (const one of list(field(container, 'env')))
      expect(said).toContain(`\`${text(field(one, 'name'))}=${text(field(one, 'value'))}\``);
  });

  it('selects the pods that it makes, for the Deployment and for disruptions', () => {
    const labels = at(named('Deployment'), 'spec', 'template', 'metadata', 'labels');
    expect(at(named('Deployment'), 'spec', 'selector', 'matchLabels')).toEqual(labels);
    expect(at(named('PodDisruptionBudget'), 'spec', 'selector', 'matchLabels')).toEqual(labels);
  });

  it('asks the worker for its health where the worker serves it', () => {
    const port = SETTINGS_GROUPS.flatMap(({ settings }) => settings).find(({ name }) => name === 'HTTP_PORT');
    const container = pods[1]?.container ?? null;
    const [http] = list(field(container, 'ports'));
    expect(at(http, 'containerPort')).toBe(Number(port?.shownFallback));
    for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe'])
      expect(at(container, probe, 'httpGet', 'port')).toBe('http');
    expect(texts(field(container, 'args'))[0]).toBe('work');
  });
});

function list(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}
