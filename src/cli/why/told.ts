// A change of the timeline as answers speak of it: who did what to which policy, and the difference.
import { content } from '../../documents/content.ts';
import { differences } from '../../documents/differences.ts';
import { managedBy } from '../../model/ownership.ts';
import { type Change, HTTP_CREATED } from '../../queries/changes.ts';
import type { ChangeRecord } from '../../timeline/reader.ts';

export function toldChange(cluster: string, change: ChangeRecord): Change {
  const body = change.event?.body;
  const actor = body?.actor;
  const before = content(change.before);
  const after = content(change.after);
  const owner = managedBy(change.after ?? change.before)?.manager ?? '';
  return {
    id: change.id,
    cluster,
    ref: change.ref,
    at: change.at,
    verb: body?.verb ?? '',
    creates: body?.verb === 'create' || body?.code === HTTP_CREATED,
    outcome: change.outcome,
    confidence: change.confidence,
    author: {
      user: actor?.user ?? '',
      kind: actor?.kind ?? '',
      manager: actor?.manager ?? '',
      impersonator: actor?.impersonator ?? '',
    },
    managedBy: owner,
    auditId: body?.auditId ?? '',
    diff: differences(before, after),
    reason: body?.changeCause ?? '',
    specBefore: before,
    specAfter: after,
    commit: null,
    byHand: owner !== '' && actor?.kind === 'human',
  };
}
