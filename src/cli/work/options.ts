// Which roles a process takes on.
import { Fault } from '../../model/fault.ts';

export const ROLES = ['normalise', 'join', 'repair'] as const;
export type Role = (typeof ROLES)[number];

/** As commander gives them. */
export interface RawWorkOptions {
  readonly role?: string;
  readonly debug?: boolean;
}

/** @throws Fault `usage` */
export function rolesOf({ role = 'all' }: RawWorkOptions): readonly Role[] {
  if (role === 'all') return ROLES;
  const found = ROLES.find((one) => one === role);
  if (found === undefined)
    throw new Fault('usage', `--role ${role}: unknown; one of ${[...ROLES, 'all'].join(', ')}`);
  return [found];
}
