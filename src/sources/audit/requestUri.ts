// Reads a Kubernetes request URI: which object it addresses and what its query asks for. The path grammar
// is that of k8s.io/apiserver pkg/endpoints/request/requestinfo.go.

export interface ObjectReference {
  readonly apiGroup: string;
  readonly apiVersion: string;
  /** '' for cluster-scoped objects and requests over all namespaces. */
  readonly namespace: string;
  /** Lower-case plural. */
  readonly resource: string;
  /** '' for collections. */
  readonly name: string;
  readonly subresource: string;
}

/** Segments that follow `/namespaces/NAME/` and are subresources of the namespace, not resources in it. */
const NAMESPACE_SUBRESOURCES: readonly string[] = ['status', 'finalize'];

/** The part after `?`. Never throws: what cannot be decoded stays as it is. */
export function queryOf(uri: string): URLSearchParams {
  const mark = uri.indexOf('?');
  return new URLSearchParams(mark < 0 ? '' : uri.slice(mark + 1));
}

/** @returns undefined when the URI addresses no API object (`/healthz`, `/version`, …). */
export function objectOfUri(uri: string): ObjectReference | undefined {
  const mark = uri.indexOf('?');
  const segments = (mark < 0 ? uri : uri.slice(0, mark)).split('/').filter((segment) => segment !== '');
  if (segments[0] === 'api') return objectOfPath('', segments[1], segments.slice(2));
  if (segments[0] === 'apis') return objectOfPath(segments[1], segments[2], segments.slice(3));
  return undefined;
}

/** @param rest segments after group and version, such as `namespaces/shop/networkpolicies/web/status`. */
export function objectOfPath(
  apiGroup: string | undefined,
  apiVersion: string | undefined,
  rest: readonly string[],
): ObjectReference | undefined {
  if (apiGroup === undefined || apiVersion === undefined || rest[0] === undefined) return undefined;
  const inNamespace =
    rest[0] === 'namespaces' && rest[2] !== undefined && !NAMESPACE_SUBRESOURCES.includes(rest[2]);
  const [resource = '', name = '', subresource = ''] = inNamespace ? rest.slice(2) : rest;
  const namespace = inNamespace ? (rest[1] ?? '') : resource === 'namespaces' ? name : '';
  return { apiGroup, apiVersion, namespace, resource, name, subresource };
}
