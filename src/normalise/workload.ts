// The workload behind a pod's name. Hubble names the workload only of endpoints on its own node
// (`workloads`); of the others the pod's name is all there is, and what the controllers of Kubernetes append
// to it can be taken off again. A guess by pattern: a pod named by hand like a controller's loses its end.

/** Kubernetes draws the random parts of names from these (k8s.io/apimachinery pkg/util/rand: no vowels, no 0 1 3). */
const SAFE = '[bcdfghjklmnpqrstvwxz2456789]';

/** StatefulSet: `name-<ordinal>`. */
const ORDINAL = /^(.+)-\d{1,5}$/;
/** CronJob: `name-<scheduled minute>-<5>` (also the numeric ReplicaSet hashes before Kubernetes 1.8). */
const SCHEDULED = new RegExp(`^(.+)-\\d{8,10}-${SAFE}{5}$`);
/** Deployment: `name-<hash of the ReplicaSet>-<5>`; the hash is a 32-bit number, so 6 to 10 characters. */
const REPLICA = new RegExp(`^(.+)-${SAFE}{6,10}-${SAFE}{5}$`);
/** DaemonSet, Job, bare ReplicaSet: `name-<5>`. */
const RANDOM = new RegExp(`^(.+)-${SAFE}{5}$`);

const PATTERNS = [SCHEDULED, REPLICA, RANDOM, ORDINAL] as const;

/** Kubernetes allows 253 characters. */
const MAX_NAME_LENGTH = 253;

/** The name without what a controller appended; the pod's own name when it fits no pattern. */
export function workloadOfPod(pod: string): string {
  if (pod.length > MAX_NAME_LENGTH) return pod;
  for (const pattern of PATTERNS) {
    const name = pattern.exec(pod)?.[1];
    if (name !== undefined) return name;
  }
  return pod;
}
