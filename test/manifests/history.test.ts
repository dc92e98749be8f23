// The Git history of manifests, read from real repositories.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readHistory } from '../../src/manifests/history.ts';
import type { CommittedFile } from '../../src/model/commit.ts';
import { at, number, text } from '../../src/model/json.ts';
import { formatInstant } from '../../src/model/time.ts';
import { scratchFolder } from '../files/scratch.ts';
import { createRepository, type Repository, runGit } from '../support/repository.ts';

function policy(name: string, port: number): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ${name}, namespace: shop}
spec: {podSelector: {}, ingress: [{ports: [{port: ${port}}]}]}
`;
}

async function repository(): Promise<Repository> {
  return createRepository(join(await scratchFolder(), 'repo'));
}

/** `jane 09:00 file: name port … → name port …`. */
function told({ commit, before, after }: CommittedFile): string {
  const names = (objects: typeof before): string =>
    objects
      .map((object) => {
        const [rule] = asList(at(object, 'spec', 'ingress'));
        const [port] = asList(at(rule, 'ports'));
        return `${text(at(object, 'metadata', 'name'))} ${number(at(port, 'port')) ?? 'no port'}`;
      })
      .join(', ') || 'nothing';
  const time = formatInstant(commit.at).slice(11, 16);
  return `${commit.author} ${time} ${commit.file}: ${names(before)} → ${names(after)}`;
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

const path = process.env['PATH'];
afterEach(() => {
  process.env['PATH'] = path;
});

describe('the history of manifests', () => {
  it('tells who made of each file what it was, newest first', async () => {
    const repo = await repository();
    repo.write('policies/cart.yaml', policy('cart', 80));
    repo.commit('alice', '2026-11-02T09:00:00Z');
    repo.write('policies/cart.yaml', policy('cart', 81));
    repo.write('policies/more/web.yaml', policy('web', 90));
    repo.write('elsewhere.yaml', policy('other', 1));
    const second = repo.commit('jane', '2026-11-02T11:00:00+01:00');
    repo.remove('policies/cart.yaml');
    repo.commit('jim', '2026-11-02T11:00:00Z');

    const history = await readHistory([join(repo.folder, 'policies')]);
    expect(history.state).toBe('read');
    expect(history.files.map(told)).toEqual([
      'jim 11:00 policies/cart.yaml: cart 81 → nothing',
      'jane 10:00 policies/cart.yaml: cart 80 → cart 81',
      'jane 10:00 policies/more/web.yaml: nothing → web 90',
      'alice 09:00 policies/cart.yaml: nothing → cart 80',
    ]);
    expect(history.files[1]?.commit.id).toBe(second);
  });

  it('of a file alone is that of the file', async () => {
    const repo = await repository();
    repo.write('a[1].yaml', policy('a', 1));
    repo.write('a1.yaml', policy('b', 2));
    repo.commit('alice', '2026-11-02T09:00:00Z');
    const { files } = await readHistory(['a[1].yaml'], { cwd: repo.folder });
    expect(files.map(told)).toEqual(['alice 09:00 a[1].yaml: nothing → a 1']);
  });

  it('takes file names of any characters', async () => {
    const repo = await repository();
    const name = 'two\nlines, "quotes", :100644 and ünïcode.yaml';
    repo.write(name, policy('a', 1));
    repo.commit('alice', '2026-11-02T09:00:00Z');
    const { files } = await readHistory([repo.folder]);
    expect(files.map(({ commit }) => commit.file)).toEqual([name]);
  });

  it('passes over what is no policy, and versions that cannot be read', async () => {
    const repo = await repository();
    repo.write('values.yaml', 'replicas: 3\n');
    repo.write('cart.yaml', `${policy('cart', 80)}  {{ template }}`);
    repo.commit('alice', '2026-11-02T09:00:00Z');
    repo.write('cart.yaml', policy('cart', 81));
    repo.commit('alice', '2026-11-02T10:00:00Z');
    repo.write('cart.yaml', policy('cart', 82));
    repo.commit('alice', '2026-11-02T11:00:00Z');
    const { files } = await readHistory([repo.folder]);
    expect(files.map(told)).toEqual(['alice 11:00 cart.yaml: cart 81 → cart 82']);
  });

  it('of a shallow clone blames nobody for what was there before', async () => {
    const repo = await repository();
    for (const port of [80, 81, 82]) {
      repo.write('cart.yaml', policy('cart', port));
      repo.commit(`author-${port}`, `2026-11-02T09:${port - 60}:00Z`);
    }
    const clone = join(repo.folder, '..', 'clone');
    runGit(repo.folder, ['clone', '--quiet', '--depth', '2', `file://${repo.folder}`, clone]);
    const { state, files } = await readHistory([clone]);
    expect(state).toBe('shallow');
    expect(files.map(told)).toEqual(['author-82 09:22 cart.yaml: cart 81 → cart 82']);
  });

  it('is none in a folder that no repository holds, and in a repository without commits', async () => {
    const folder = await scratchFolder();
    writeFileSync(join(folder, 'cart.yaml'), policy('cart', 80));
    expect(await readHistory([folder])).toEqual({ state: 'no-work-tree', files: [] });
    const repo = await repository();
    repo.write('cart.yaml', policy('cart', 80));
    expect(await readHistory([repo.folder])).toEqual({ state: 'no-work-tree', files: [] });
  });

  it('is none where there is no git', async () => {
    const repo = await repository();
    repo.write('cart.yaml', policy('cart', 80));
    repo.commit('alice', '2026-11-02T09:00:00Z');
    process.env['PATH'] = repo.folder;
    expect(await readHistory([repo.folder])).toEqual({ state: 'no-git', files: [] });
  });

  it('runs no program that the repository names', async () => {
    const repo = await repository();
    const trap = join(repo.folder, 'trap.sh');
    const sprung = join(repo.folder, '..', 'sprung');
    writeFileSync(trap, `#!/bin/sh\ntouch ${sprung}\ncat "$@" 2>/dev/null\n`, { mode: 0o755 });
    repo.write('.gitattributes', '*.yaml diff=trap filter=trap\n');
    repo.write('cart.yaml', policy('cart', 80));
    repo.commit('alice', '2026-11-02T09:00:00Z');
    mkdirSync(join(repo.folder, '.git', 'hooks'), { recursive: true });
    for (const [key, value] of [
      ['core.fsmonitor', trap],
      ['core.pager', trap],
      ['pager.log', trap],
      ['diff.external', trap],
      ['diff.trap.textconv', trap],
      ['diff.trap.command', trap],
      ['filter.trap.smudge', trap],
      ['gpg.program', trap],
      ['log.showSignature', 'true'],
    ] as const)
      execFileSync('git', ['config', key, value], { cwd: repo.folder });
    const { files } = await readHistory([repo.folder]);
    expect(files.map(told)).toEqual(['alice 09:00 cart.yaml: nothing → cart 80']);
    expect(existsSync(sprung)).toBe(false);
  });
});
