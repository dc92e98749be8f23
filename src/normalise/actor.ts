// Who made a change: a person, a GitOps tool, a controller, or the cluster itself. The user name decides,
// since the API server vouches for it; user agent and field manager are the client's own words and only
// say more where the name leaves it open (a service account that runs Helm). They never outvote the name.

import type { Actor, ActorKind } from '../model/event.ts';

export interface ActorClaims {
  /** Authorised as; '' when the request was not authenticated. */
  readonly user: string;
  readonly groups: readonly string[];
  /** Who really called, when impersonating; else ''. */
  readonly impersonator: string;
  readonly userAgent: string;
  readonly fieldManager: string;
  readonly sourceIps: readonly string[];
}

interface Judgement {
  readonly kind: ActorKind;
  readonly kindConfidence: Actor['kindConfidence'];
  readonly manager: string;
}

/**
 * Service accounts of GitOps tools, as their own manifests name them, alone or behind a release's name
 * (`openshift-gitops-argocd-application-controller`), and the namespaces that are theirs by default.
 */
const GITOPS_ACCOUNTS = [
  { manager: 'Argo CD', name: /(?:^|-)argocd-(?:application-controller|applicationset-controller|server)$/ },
  { manager: 'Flux', name: /^(?:kustomize|helm)-controller$/ },
  { manager: 'Fleet', name: /^fleet-agent$/ },
  { manager: 'Config Sync', name: /^(?:root|ns)-reconciler(?:-|$)/ },
] as const;
const GITOPS_NAMESPACES: ReadonlyMap<string, string> = new Map([
  ['argocd', 'Argo CD'],
  ['openshift-gitops', 'Argo CD'],
  ['flux-system', 'Flux'],
  ['cattle-fleet-system', 'Fleet'],
  ['config-management-system', 'Config Sync'],
]);

/** Controllers of kube-controller-manager that write in its own accounts: the cluster's housekeeping. */
const CLUSTER_ACCOUNTS: readonly string[] = ['generic-garbage-collector', 'namespace-controller'];

/** User names and prefixes of the control plane and of the clouds' own control of it. */
const SYSTEM_USERS: readonly string[] = [
  'aksService',
  'system:apiserver',
  'system:bootstrapper',
  'system:volume-scheduler',
];
const SYSTEM_PREFIXES: readonly string[] = ['system:kube-', 'system:node:', 'system:bootstrap:', 'eks:'];

/** Tools that tell themselves by user agent (`Helm/3.19.2`) or field manager (`kubectl-client-side-apply`). */
const TOOLS = [
  { manager: 'Argo CD', text: /^argocd/i },
  { manager: 'Flux', text: /^(?:kustomize|helm)-controller/i },
  { manager: 'Fleet', text: /^fleet-?agent/i },
  { manager: 'Helm', text: /^helm(?:$|[/\s])/i },
  { manager: 'kubectl', text: /^kubectl/i },
  { manager: 'Terraform', text: /^(?:hashicorp\/)?terraform/i },
  { manager: 'Pulumi', text: /^pulumi/i },
] as const;
const DEPLOY_TOOLS: readonly string[] = ['Helm', 'kubectl', 'Terraform', 'Pulumi'];

export function actorOf(claims: ActorClaims): Actor {
  return {
    user: claims.user,
    groups: claims.groups,
    impersonator: claims.impersonator,
    ...judge(claims),
    userAgent: claims.userAgent,
    sourceIps: claims.sourceIps,
    fieldManager: claims.fieldManager,
  };
}

function judge(claims: ActorClaims): Judgement {
  const tool = toolOf(claims.fieldManager) || toolOf(claims.userAgent);
  const account = /^system:serviceaccount:([^:]*):(.*)$/.exec(claims.user);
  if (account !== null) return judgeAccount(account[1] ?? '', account[2] ?? '', tool);
  // Tools that act under their own accounts only: a person's client that claims to be one is not believed.
  const manager = DEPLOY_TOOLS.includes(tool) ? tool : '';
  if (isSystemUser(claims)) return { kind: 'system', kindConfidence: 'exact', manager: '' };
  if (claims.user.endsWith('.gserviceaccount.com')) return judgeMachine(manager);
  // Nameless (401), anonymous, and roles that people and pipelines share leave it open who sat there.
  const isOpen = claims.user === '' || claims.user === 'system:anonymous' || claims.user.startsWith('arn:');
  return { kind: 'human', kindConfidence: isOpen ? 'inferred' : 'exact', manager };
}

function judgeAccount(namespace: string, name: string, tool: string): Judgement {
  if (namespace === 'kube-system' && CLUSTER_ACCOUNTS.includes(name))
    return { kind: 'system', kindConfidence: 'exact', manager: '' };
  const known =
    GITOPS_ACCOUNTS.find((account) => account.name.test(name))?.manager ?? GITOPS_NAMESPACES.get(namespace);
  if (known !== undefined) return { kind: 'gitops', kindConfidence: 'exact', manager: known };
  return judgeMachine(tool);
}

/** A service account: a pipeline where its client is one that pipelines deploy with, else a controller. */
function judgeMachine(tool: string): Judgement {
  return tool === ''
    ? { kind: 'controller', kindConfidence: 'exact', manager: '' }
    : { kind: 'gitops', kindConfidence: 'inferred', manager: tool };
}

function isSystemUser(claims: ActorClaims): boolean {
  return (
    SYSTEM_USERS.includes(claims.user) ||
    SYSTEM_PREFIXES.some((prefix) => claims.user.startsWith(prefix)) ||
    claims.user.endsWith('@container-engine-robot.iam.gserviceaccount.com') ||
    claims.groups.includes('system:nodes')
  );
}

function toolOf(claim: string): string {
  return TOOLS.find((tool) => tool.text.test(claim))?.manager ?? '';
}
