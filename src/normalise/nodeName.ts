// Hubble's `node_name` as cluster and node. Names repeat on every line, so each is taken apart once.

import { ownCopy } from './ownCopy.ts';

export interface NodeName {
  /** '' when the name has no slash: lost and agent events carry the bare node name. */
  readonly cluster: string;
  readonly node: string;
}

/** Beyond so many names the cache starts anew. Kubernetes supports clusters of 5,000 nodes. */
const MAX_CACHED_NAMES = 20_000;

/** `cluster/node`, split at the first slash. */
function splitNodeName(name: string): NodeName {
  const slash = name.indexOf('/');
  return slash < 0
    ? { cluster: '', node: name }
    : { cluster: name.slice(0, slash), node: name.slice(slash + 1) };
}

/** {@link splitNodeName} with a cache. `override`, when not '', stands for the cluster of every node. */
export function createNodeNames(override: string): (name: string) => NodeName {
  const known = new Map<string, NodeName>();
  return (name) => {
    const cached = known.get(name);
    if (cached !== undefined) return cached;
    const { cluster, node } = splitNodeName(ownCopy(name));
    const split = { cluster: override === '' ? cluster : override, node };
    if (known.size >= MAX_CACHED_NAMES) known.clear();
    known.set(ownCopy(name), split);
    return split;
  };
}
