// What has to be sent so that the policy log says what the folder says: the files and commits that it never
// held, a new list of each policy whose members altered, and the end of the run. Nothing, when it says so already.
import type { DeclaredPolicy } from '../../documents/manifests.ts';
import type { ManifestLog, PolicyMembers } from '../../documents/manifestLog.ts';
import type { CommitStep } from '../../model/commit.ts';
import type { ChangeEvent } from '../../model/event.ts';
import { type ObjectName, type PolicyRef, refOf } from '../../model/refs.ts';
import {
  commitEvent,
  type ManifestMembers,
  manifestEvent,
  membersEvent,
  runEndEvent,
} from '../../normalise/manifestEvents.ts';

export interface Folder {
  readonly policies: readonly DeclaredPolicy[];
  /** Newest first. */
  readonly steps: readonly CommitStep[];
  /** Whether `steps` reach back as far as ever; if not, older commits that the log holds stay. */
  readonly isWholeHistory: boolean;
}

export interface ManifestUpdate {
  /** In the order in which they must stand in the log. [] = it says so already. */
  readonly events: readonly ChangeEvent[];
  /** How many policies are new in the folder or not as the log has them, and how many left it. */
  readonly altered: number;
  readonly gone: number;
}

export function manifestUpdate(held: ManifestLog, folder: Folder, cluster: string): ManifestUpdate {
  const wanted = wantedPolicies(held, folder, cluster);
  const parts = new Map<string, ChangeEvent>();
  const lists: ChangeEvent[] = [];
  const holding: string[] = [];
  let [altered, gone] = [0, 0];
  for (const [ref, policy] of wanted) {
    const before = held.policies.get(ref);
    if (before !== undefined && saysTheSame(before, policy.members)) {
      holding.push(before.list);
      continue;
    }
    for (const part of policy.parts) if (!held.parts.has(part.id)) parts.set(part.id, part);
    const list = membersEvent(policy.name, policy.members, { cluster, replaces: before?.list ?? '' });
    lists.push(list);
    holding.push(list.id);
    if (policy.members.manifests.length > 0) altered += 1;
    else if ((before?.manifests.length ?? 0) > 0) gone += 1;
  }
  if (lists.length === 0 && held.run !== '' && !held.isOpen) return { events: [], altered: 0, gone: 0 };
  const end = runEndEvent(holding, { cluster, replaces: held.run });
  return { events: [...parts.values(), ...lists, end], altered, gone };
}

interface Wanted {
  readonly name: ObjectName;
  readonly members: ManifestMembers;
  readonly parts: readonly ChangeEvent[];
}

/** Of every policy that the folder or the log knows. */
function wantedPolicies(
  held: ManifestLog,
  { policies, steps, isWholeHistory }: Folder,
  cluster: string,
): ReadonlyMap<PolicyRef, Wanted> {
  const files = Map.groupBy(policies, ({ name }) => refOf(name));
  const commits = Map.groupBy(steps, ({ name }) => refOf(name));
  const names = new Map(
    [...held.policies.values(), ...steps, ...policies].map(({ name }) => [refOf(name), name] as const),
  );
  return new Map(
    [...names].map(([ref, name]): [PolicyRef, Wanted] => {
      const manifests = (files.get(ref) ?? []).map((file) => manifestEvent(file, cluster));
      const made = (commits.get(ref) ?? []).map((step) => commitEvent(step, cluster));
      const ids = made.map(({ id }) => id);
      const older = isWholeHistory ? [] : (held.policies.get(ref)?.commits ?? []);
      const members = {
        manifests: manifests.map(({ id }) => id),
        commits: [...ids, ...older.filter((id) => !ids.includes(id))],
      };
      return [ref, { name, members, parts: [...manifests, ...made] }];
    }),
  );
}

function saysTheSame(before: PolicyMembers, now: ManifestMembers): boolean {
  return (
    before.manifests.join(' ') === now.manifests.join(' ') &&
    before.commits.join(' ') === now.commits.join(' ')
  );
}
