// NOT AS IN THE MANIFESTS: where the cluster and the repository say different things, since when, and who
// made it so. Shown only when manifests were given.

import type { ManifestDrift, NotAsDeclared } from '../../../queries/manifests.ts';
import type { ManifestsAccount } from '../../findings.ts';
import type { Frame } from '../frame.ts';
import { cutLine, type Piece, piece, type Row, type Section, SHOWN_ROWS } from '../section.ts';
import { visible } from '../visible.ts';
import { authorText, commitClause, commitText, counted, policyText, verbText } from '../wording.ts';

const SHOWN_DIFF_LINES = 3;
/** Of the manifests that only their tool could render. */
const SHOWN_SOURCES = 2;

const WORDS: Readonly<Record<ManifestDrift, string>> = {
  'differs-from-manifests': 'DIFFERS',
  'not-in-manifests': 'NOT IN MANIFESTS',
  'not-in-cluster': 'NOT IN CLUSTER',
};

export function manifestsSection(
  policies: readonly NotAsDeclared[],
  account: ManifestsAccount,
  frame: Frame,
): Section {
  const ordered = policies.toSorted((one, other) => weightOf(one) - weightOf(other));
  return {
    name: 'manifests',
    title: 'NOT AS IN THE MANIFESTS',
    figure: policies.length === 0 ? [] : [piece(counted(policies.length, 'policy', 'policies'))],
    rows: ordered.slice(0, SHOWN_ROWS).map((policy) => rowOf(policy, frame)),
    unanswered: '',
    cut: cutLine(policies.length, 'policy', 'policies'),
    closing: remarks(account).map((remark) => [piece(remark)]),
  };
}

/** What somebody changed in the cluster first, newest first; then what the logs cannot date. */
function weightOf({ cause }: NotAsDeclared): number {
  return cause === null ? 0 : -cause.at;
}

function rowOf(policy: NotAsDeclared, frame: Frame): Row {
  const left = policy.diff.length - SHOWN_DIFF_LINES;
  return {
    cells: [
      piece(frame.place(policy.cluster) + policyText(policy.ref)),
      piece(WORDS[policy.drift], 'warn'),
      piece(storyOf(policy, frame)),
    ],
    notes: [
      ...policy.diff
        .slice(0, SHOWN_DIFF_LINES)
        .map((line): Piece => ({ text: visible(line), tone: 'quiet', oneLine: true })),
      ...(left > 0 ? [piece(`… and ${counted(left, 'more line')} of difference`, 'quiet')] : []),
      ...(policy.manifest === '' ? [] : [piece(`manifest: ${visible(policy.manifest)}`, 'quiet')]),
    ],
  };
}

/** Who made it so; else what is known of the manifest. */
function storyOf({ cause, drift, newestCommit }: NotAsDeclared, frame: Frame): string {
  const commit = newestCommit === null ? '' : commitText(newestCommit, frame);
  const removal = drift === 'not-in-manifests' && commit !== '' ? `removed from them by ${commit}` : '';
  if (cause !== null) {
    const deed = `since ${frame.time(cause.at)}: ${verbText(cause)} by ${authorText(cause.author)}${commitClause(cause, frame)}`;
    return removal === '' ? deed : `${deed}; ${removal}`;
  }
  switch (drift) {
    case 'differs-from-manifests':
      return commit === ''
        ? 'no version in the logs is as the manifests say'
        : `no version in the logs is as the manifests say since ${commit}`;
    case 'not-in-manifests':
      return removal === '' ? 'older than the logs' : `older than the logs; ${removal}`;
    case 'not-in-cluster':
      return commit === '' ? 'never seen in the cluster' : `never seen in the cluster; ${commit}`;
  }
}

/** What was not compared, and what could not be told, though nothing is wrong with it. */
function remarks(account: ManifestsAccount): readonly string[] {
  const { templates, kustomizations, withoutNamespace, uncompared, problems } = account;
  return [
    ...(templates.length > 0
      ? [
          `not compared: ${counted(templates.length, 'template')} (${shownOf(templates)}); render first: helm template`,
        ]
      : []),
    ...(kustomizations.length > 0
      ? [
          `${counted(kustomizations.length, 'kustomization')} not applied (${shownOf(kustomizations)}): ` +
            'render first where they patch or rename: kustomize build',
        ]
      : []),
    ...(problems > 0 ? [`${counted(problems, 'document')} of the manifests cannot be read`] : []),
    ...(withoutNamespace > 0
      ? [
          `${counted(withoutNamespace, 'manifest')} without a namespace: compared with the policies of that name in any`,
        ]
      : []),
    ...(uncompared > 0
      ? [`${counted(uncompared, 'policy', 'policies')} not compared: no log holds what they say`]
      : []),
    ...historyRemark(account),
  ];
}

/** Why commits cannot be named; [] where they can. */
export function historyRemark({ history }: Pick<ManifestsAccount, 'history'>): readonly string[] {
  switch (history) {
    case 'read':
      return [];
    case 'shallow':
      return ['the Git clone is shallow, so older commits cannot be named: git fetch --unshallow'];
    case 'no-git':
      return ['no git program was found, so no commit can be named'];
    case 'no-work-tree':
      return ['the manifests have no Git history that can be read, so no commit can be named'];
  }
}

function shownOf(sources: readonly string[]): string {
  const shown = sources.slice(0, SHOWN_SOURCES).map(visible).join(', ');
  return sources.length > SHOWN_SOURCES ? `${shown} …` : shown;
}
