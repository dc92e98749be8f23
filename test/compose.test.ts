// docker-compose.yml and the Dockerfile, as far as they can be held against rules where no engine runs: what
// Compose would refuse, what would only show when it runs, and what must not drift apart from the program.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { at, entries, field, isObject, type JsonValue, text, texts } from '../src/model/json.ts';
import { SETTINGS_GROUPS } from '../src/workers/settings/catalogue.ts';

const ROOT = new URL('../', import.meta.url);

function read(name: string): string {
  return readFileSync(new URL(name, ROOT), 'utf8');
}

const compose: unknown = parse(read('docker-compose.yml'), { merge: true });
const services = entries(field(compose, 'services'));

/** compose-spec: what a service may hold; a misspelt key is refused by Compose. */
const SERVICE_KEYS = new Set(
  [
    ['build', 'image', 'hostname', 'environment', 'ports', 'volumes', 'depends_on', 'healthcheck', 'restart'],
    ['command', 'entrypoint', 'ulimits', 'read_only', 'tmpfs', 'cap_drop', 'security_opt', 'mem_limit'],
    ['stop_grace_period'],
  ].flat(),
);
const HEALTH_KEYS = new Set(['test', 'interval', 'timeout', 'retries', 'start_period', 'disable']);
const CONDITIONS = ['service_healthy', 'service_started', 'service_completed_successfully'];

/** Not settings of ours, but of Node and of the C library. */
const MEMORY: ReadonlyMap<string, string> = new Map([
  ['NODE_OPTIONS', '--max-old-space-size=640'],
  ['MALLOC_ARENA_MAX', '2'],
]);

/** Published on this machine, `127.0.0.1:9200:9200`. */
function portsOf(service: JsonValue): readonly string[] {
  return texts(field(service, 'ports'));
}

function isOurs(service: JsonValue): boolean {
  return field(service, 'image') === 'netpol-drift';
}

function isOneShot(name: string): boolean {
  return services.some(
    ([, service]) => at(service, 'depends_on', name, 'condition') === 'service_completed_successfully',
  );
}

describe('docker-compose.yml', () => {
  it('holds nothing that Compose does not know', () => {
    expect(services.map(([name]) => name)).toEqual([
      'dashboards',
      'kafka',
      'opensearch',
      'producer',
      'setup',
      'worker',
    ]);
    const keys = isObject(compose) ? Object.keys(compose) : [];
    expect(keys.filter((key) => !key.startsWith('x-')).toSorted()).toEqual(['name', 'services', 'volumes']);
    for (const [name, service] of services) {
      expect(
        entries(service)
          .map(([key]) => `${name}.${key}`)
          .filter((key) => !SERVICE_KEYS.has(key.slice(name.length + 1))),
      ).toEqual([]);
      expect(
        entries(field(service, 'healthcheck'))
          .map(([key]) => key)
          .filter((key) => !HEALTH_KEYS.has(key)),
      ).toEqual([]);
    }
  });

  it.each(services)('%s: its image is ours, or an official one with an exact version', (_name, service) => {
    const image = text(field(service, 'image'));
    if (isOurs(service)) expect(field(service, 'build')).toBe('.');
    else expect(image).toMatch(/^(apache|opensearchproject)\/[a-z-]+:\d+\.\d+\.\d+$/);
  });

  it('has OpenSearch and its Dashboards in one version', () => {
    const versions = ['opensearch', 'dashboards'].map((name) =>
      text(at(compose, 'services', name, 'image'))
        .split(':')
        .at(-1),
    );
    expect(new Set(versions).size).toBe(1);
  });

  it.each(services)('%s: waits only for what there is, in a way that can come true', (_name, service) => {
    for (const [other, how] of entries(field(service, 'depends_on'))) {
      const condition = text(field(how, 'condition'));
      expect(CONDITIONS).toContain(condition);
      const target = field(field(compose, 'services'), other);
      expect(target).toBeDefined();
      if (condition === 'service_healthy') expect(at(target, 'healthcheck', 'test')).toBeDefined();
      // One that is always started anew never completes.
      if (condition === 'service_completed_successfully')
        expect(['no', 'on-failure']).toContain(field(target, 'restart'));
    }
  });

  it('nobody waits for itself', () => {
    const reached = (name: string, path: readonly string[]): void => {
      expect(path).not.toContain(name);
      for (const [other] of entries(at(compose, 'services', name, 'depends_on')))
        reached(other, [...path, name]);
    };
    for (const [name] of services) reached(name, []);
  });

  it('publishes each port once, and to this machine alone', () => {
    const ports = services.flatMap(([, service]) => portsOf(service));
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
    expect(new Set(ports.map((port) => port.split(':')[1])).size).toBe(ports.length);
  });

  it.each(
    services.filter(([name]) => !isOneShot(name)),
  )('%s: says when it is well, or that it cannot', (_name, service) => {
    const health = field(service, 'healthcheck');
    const test = texts(field(health, 'test'));
    expect(field(health, 'disable') === true || test[0] === 'CMD').toBe(true);
  });

  it('mounts only volumes that it declares', () => {
    const mounted = services.flatMap(([, service]) => texts(field(service, 'volumes')));
    const declared = isObject(field(compose, 'volumes')) ? Object.keys(field(compose, 'volumes') ?? {}) : [];
    expect(new Set(mounted.map((volume) => volume.split(':')[0]))).toEqual(new Set(declared));
    expect(declared).not.toEqual([]);
  });

  it('gives our services settings that they know, with values that they take', () => {
    const known = new Map(SETTINGS_GROUPS.flatMap(({ settings }) => settings).map((one) => [one.name, one]));
    const ours = services.filter(([, service]) => isOurs(service));
    expect(ours.map(([name]) => name)).toEqual(['producer', 'setup', 'worker']);
    for (const [, service] of ours)
      for (const [name, value] of entries(field(service, 'environment')))
        if (!MEMORY.has(name)) expect(known.get(name)?.parse(text(value)), name).toBeDefined();
  });

  it('gives the worker the memory with which it was measured', () => {
    const worker = at(compose, 'services', 'worker');
    expect(field(worker, 'mem_limit')).toBe('1g');
    for (const [name, value] of MEMORY) {
      expect(at(worker, 'environment', name)).toBe(value);
      expect(read('docs/run-the-workers.md')).toContain(`\`${name}=${value}\``);
    }
  });

  it('reaches the other services by the names and ports that they have', () => {
    const environment = at(compose, 'services', 'worker', 'environment');
    expect(text(field(environment, 'KAFKA_BROKERS'))).toBe('kafka:9092');
    expect(text(field(environment, 'OPENSEARCH_URL'))).toBe('http://opensearch:9200');
    const kafka = at(compose, 'services', 'kafka', 'environment');
    expect(text(field(kafka, 'KAFKA_ADVERTISED_LISTENERS'))).toContain('INSIDE://kafka:9092');
    expect(text(field(kafka, 'KAFKA_LISTENERS'))).toContain('INSIDE://:9092');
    const command = texts(at(compose, 'services', 'setup', 'command'));
    const dashboards = new URL(command[command.indexOf('--dashboards') + 1] ?? '');
    expect(at(compose, 'services', dashboards.hostname, 'image')).toMatch(/opensearch-dashboards/);
    expect(portsOf(at(compose, 'services', dashboards.hostname) ?? null)).toEqual([
      `127.0.0.1:${dashboards.port}:${dashboards.port}`,
    ]);
    expect(Object.keys(Object(at(compose, 'services', 'setup', 'depends_on')))).toContain(
      dashboards.hostname,
    );
    const worker = known('HTTP_PORT');
    expect(portsOf(at(compose, 'services', 'worker') ?? null)).toEqual([`127.0.0.1:${worker}:${worker}`]);
  });
});

function known(name: string): string {
  const setting = SETTINGS_GROUPS.flatMap(({ settings }) => settings).find((one) => one.name === name);
  return setting?.shownFallback ?? '';
}

describe('the Dockerfile', () => {
  const lines = read('Dockerfile').split('\n');

  it('copies what there is, and what .dockerignore lets through', () => {
    const passed = new Set(
      read('.dockerignore')
        .split('\n')
        .filter((line) => line.startsWith('!'))
        .map((line) => line.slice(1)),
    );
    const copied = lines
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from'))
      .flatMap((line) => line.split(' ').slice(1, -1));
    expect(copied.length).toBeGreaterThan(4);
    for (const name of copied) {
      expect(existsSync(new URL(name, ROOT)), name).toBe(true);
      expect(passed, name).toContain(name);
    }
  });

  it('builds on the Node that the program asks for, and does not run as root', () => {
    const manifest: unknown = JSON.parse(read('package.json'));
    const major = text(at(manifest, 'engines', 'node')).replace('>=', '');
    const bases = lines.filter((line) => line.startsWith('FROM '));
    for (const base of bases) expect(base).toContain(`FROM node:${major}-slim`);
    expect(lines).toContain('USER node');
  });

  it('has the memory of a container of 1 GiB', () => {
    const set = [...MEMORY].map(([name, value]) => `${name}=${value}`).join(' ');
    expect(lines).toContain(`ENV ${set}`);
  });

  it('holds the scripts that docker-compose.yml starts', () => {
    for (const [, service] of services)
      for (const word of texts(field(service, 'entrypoint')).filter((part) => part.endsWith('.ts')))
        expect(existsSync(new URL(word, ROOT)), word).toBe(true);
  });
});
