// The policies that the two logs name as being there already: a verdict names them, or a write alters what the log
// does not show being made. A snapshot that holds none of their kind is not the whole snapshot.
import type { ChangeEvent, FlowVerdict } from '../../model/event.ts';
import { isPolicyKind, type PolicyRef, refOf } from '../../model/refs.ts';

export interface NamedPolicies {
  flow(event: { readonly body: Pick<FlowVerdict, 'reported'> }): void;
  change(event: ChangeEvent): void;
  /** Sorted; without those that the audit log shows being made, or lists. */
  older(): readonly PolicyRef[];
}

/** More are not noted. */
const MAX_NAMES = 20_000;
const ALTERING: readonly string[] = ['write', 'status', 'delete', 'terminate'];

export function createNamedPolicies(): NamedPolicies {
  const named = new Set<PolicyRef>();
  const shown = new Set<PolicyRef>();
  const note = (refs: Set<PolicyRef>, ref: PolicyRef): void => {
    if (refs.size < MAX_NAMES) refs.add(ref);
  };
  return {
    flow({ body }) {
      for (const { kind, namespace, name } of body.reported)
        if (isPolicyKind(kind) && name !== '') note(named, refOf({ kind, namespace, name }));
    },
    change({ body: { changeOrigin, action, verb, result, target } }) {
      if (changeOrigin !== 'audit' || result !== 'success') return;
      if (!isPolicyKind(target.kind) || target.name === '') return;
      if (action === 'observe' || verb === 'create') note(shown, refOf(target));
      else if (ALTERING.includes(action)) note(named, refOf(target));
    },
    older: () => [...named].filter((ref) => !shown.has(ref)).toSorted(),
  };
}
