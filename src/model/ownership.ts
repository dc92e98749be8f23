// Which deployment tool manages an object, by the labels and annotations that the tool puts on what it
// deploys. It is the owner that counts for `manual-change`, whoever wrote last.

import { at, isObject, type JsonObject, text } from './json.ts';

export const MANAGERS = ['Argo CD', 'Flux', 'Helm', 'Fleet', 'Config Sync'] as const;
export type Manager = (typeof MANAGERS)[number];

export interface Ownership {
  readonly manager: Manager;
  /** Application, Kustomization, HelmRelease, release, bundle, sync object; '' when not told. */
  readonly instance: string;
}

/**
 * GitOps tools come before Helm: what Flux's helm-controller or Argo CD installs from a chart also carries
 * Helm's marks, and is theirs. `app.kubernetes.io/instance` alone says nothing, since charts set it, too.
 * Sources: Argo CD "Resource Tracking", Flux Kustomization and HelmRelease API, Helm "Adopting resources",
 * Fleet and Config Sync documentation.
 * @returns null when nothing says that a tool manages the object.
 */
export function managedBy(object: JsonObject | null): Ownership | null {
  if (object === null) return null;
  const label = (key: string): string => text(at(object, 'metadata', 'labels', key));
  const annotation = (key: string): string => text(at(object, 'metadata', 'annotations', key));

  const tracking = annotation('argocd.argoproj.io/tracking-id');
  if (tracking !== '') return { manager: 'Argo CD', instance: tracking.split(':')[0] ?? '' };
  const application = label('argocd.argoproj.io/instance') || annotation('argocd.argoproj.io/instance');
  if (application !== '') return { manager: 'Argo CD', instance: application };

  const flux = label('kustomize.toolkit.fluxcd.io/name') || label('helm.toolkit.fluxcd.io/name');
  if (flux !== '') return { manager: 'Flux', instance: flux };

  const bundle = label('fleet.cattle.io/bundle-name') || annotation('objectset.rio.cattle.io/id');
  const isFleet =
    label('fleet.cattle.io/bundle-name') !== '' ||
    annotation('objectset.rio.cattle.io/owner-gvk').includes('fleet');
  if (isFleet) return { manager: 'Fleet', instance: bundle };

  const isSynced =
    label('app.kubernetes.io/managed-by') === 'configmanagement.gke.io' ||
    annotation('configmanagement.gke.io/managed') === 'enabled';
  if (isSynced) return { manager: 'Config Sync', instance: annotation('configsync.gke.io/manager') };

  const release = annotation('meta.helm.sh/release-name');
  const isHelm = release !== '' || label('app.kubernetes.io/managed-by') === 'Helm';
  return isHelm && isObject(at(object, 'metadata')) ? { manager: 'Helm', instance: release } : null;
}
