// What `evaluate` says on standard error: policies that are invalid, manifests and lines that cannot be read.
// Policies are all named. Lines are named up to a limit and then counted, since a log may hold millions.

import { REJECTED, type Rejected } from '../../model/outcome.ts';
import type { PolicySet } from './policySet.ts';

const NAMED_LINES = 10;

export interface Complaints {
  policies(set: PolicySet): void;
  /** None of the objects is meant as a policy. `held`: what they are. */
  noPolicy(held: string): void;
  /** A manifest that cannot be read. */
  manifest(source: string, message: string): void;
  line(file: string, line: number, rejected: Rejected): void;
  withoutDirection(flows: number): void;
  /** Says what was only counted. @returns whether anything given could not be used */
  close(): boolean;
}

/** @param say takes one line for a person */
export function createComplaints(say: (line: string) => void): Complaints {
  let trouble = false;
  let lines = 0;
  let undirected = 0;
  return {
    policies({ refused, replaced }) {
      for (const { source, ref, problems } of refused)
        for (const { path, message } of problems) {
          trouble = true;
          say(
            `${source}: ${ref}: ${path === '' ? message : `${path} ${message}`}; the whole policy is left out`,
          );
        }
      for (const { source, ref } of replaced)
        say(`${source}: ${ref}: given again later, which counts instead`);
    },
    noPolicy(held) {
      say(`--policies: ${held}: without a policy everything is allowed`);
    },
    manifest(source, message) {
      trouble = true;
      say(`${source}: ${message}`);
    },
    line(file, line, { reason, detail }) {
      trouble = true;
      lines += 1;
      if (lines <= NAMED_LINES) say(`${file}:${line}: ${REJECTED[reason]} (${detail})`);
    },
    withoutDirection(flows) {
      undirected += flows;
    },
    close() {
      if (lines > NAMED_LINES) say(`${lines - NAMED_LINES} more lines cannot be read`);
      if (undirected > 0)
        say(`${undirected} ${undirected === 1 ? 'flow has' : 'flows have'} no direction and no answer`);
      return trouble;
    },
  };
}
