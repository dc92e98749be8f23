// The example's logs, for tests that send them through real servers.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { LogFiles } from '../support/stream/reference.ts';

const SHOP = new URL('../../examples/shop/', import.meta.url);

export const SHOP_CLUSTER = 'prod-eu1';

export const SHOP_FILES: LogFiles = {
  flows: pathOf('flows.ndjson'),
  audit: pathOf('audit.ndjson'),
  policies: pathOf('policies.json'),
  cluster: '',
};

export function linesOf(file: string): readonly string[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

function pathOf(name: string): string {
  return fileURLToPath(new URL(name, SHOP));
}
