// What a policy object becomes once parsed: the shape that selection and decision work on.
// STUB: owned by the policy work; timeline and join see it as opaque.

export interface CompiledPolicy {
  readonly ref: string;
}
