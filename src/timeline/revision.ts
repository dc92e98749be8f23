// resourceVersions as numbers. Within one cluster and one etcd history they are comparable integers
// (KEP-5504, stable since Kubernetes 1.35); some aggregated API servers write them with a tail (`520443/`).
// They are never compared across clusters or across an etcd restore.

/** @returns null when the text holds no digits at its start, or too many to be exact. */
export function revisionOf(resourceVersion: string): number | null {
  const digits = /^\d{1,15}/.exec(resourceVersion);
  return digits === null ? null : Number(digits[0]);
}
