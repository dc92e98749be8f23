// How a person takes the snapshot of the policies: one command, said the same wherever it is missed.

/**
 * Short names, so that the line fits a screen and can be copied. `ciliumnp`, not `cnp`: that is also the short name of
 * ClusterNetworkPolicy. Only kinds that Kubernetes and Cilium always install: kubectl refuses the whole command
 * for a kind that the cluster lacks.
 */
export const KUBECTL_SNAPSHOT = 'kubectl get netpol,ciliumnp,ccnp,ccg,ns -A -o json > policies.json';
