// Folders of manifests with a Git history, as the loader and the history reader give them: several files of one
// name, files without a namespace, other kinds between them, moves, removals, commits of the same second.
import * as fc from 'fast-check';
import type { DeclaredObject } from '../../src/documents/manifests.ts';
import type { CommittedFile } from '../../src/model/commit.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { ciliumPolicies, networkPolicies } from './policies.ts';

export interface ManifestFolder {
  readonly objects: readonly DeclaredObject[];
  /** Newest commits first; the files of one commit one after another. */
  readonly files: readonly CommittedFile[];
}

const metadata = fc.record(
  { namespace: fc.constantFrom('shop', 'edge'), annotations: fc.constant({ note: 'of no concern' }) },
  { requiredKeys: [] },
);
const settings: JsonObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web' }, data: {} };

const objects: fc.Arbitrary<JsonObject> = fc.oneof(
  { weight: 1, arbitrary: fc.constant(settings) },
  {
    weight: 8,
    arbitrary: fc
      .tuple(fc.oneof(networkPolicies, ciliumPolicies), metadata, fc.constantFrom('web', 'cart'))
      .map(([policy, more, name]) => ({ ...policy, metadata: { ...more, name } })),
  },
);

const contents = fc.array(objects, { maxLength: 2 });

/** One file through time: what it held before the first commit is nothing. */
const histories = fc
  .array(fc.record({ author: fc.constantFrom('jane', 'alice', 'system:masters'), after: contents }), {
    maxLength: 5,
  })
  .map((commits) =>
    commits.map(({ author, after }, index) => ({ author, after, before: commits[index - 1]?.after ?? [] })),
  );

export const manifestFolders: fc.Arbitrary<ManifestFolder> = fc
  .tuple(histories, histories, fc.array(fc.nat({ max: 2 }), { minLength: 10, maxLength: 10 }))
  .map(([one, other, seconds]) => {
    const files = [...committed('web.yaml', one, seconds), ...committed('cart.yaml', other, seconds)];
    const now = [...(one.at(-1)?.after ?? []), ...(other.at(-1)?.after ?? [])];
    return {
      objects: now.map((object, index) => ({ object, source: `policies.yaml#${index + 1}` })),
      files: files.sort((left, right) => right.commit.at - left.commit.at),
    };
  });

/** The nth commits of both files are one commit where their times and authors meet. */
function committed(
  file: string,
  commits: readonly {
    readonly author: string;
    before: readonly JsonObject[];
    after: readonly JsonObject[];
  }[],
  seconds: readonly number[],
): readonly CommittedFile[] {
  let at = 1_767_225_600_000_000;
  return commits.map(({ author, before, after }, index) => {
    at += (seconds[index] ?? 0) * 1_000_000;
    return { commit: { id: `${author} ${at} ${index}`, author, at, file }, before, after };
  });
}
