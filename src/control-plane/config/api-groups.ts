import { istioGroup, istioIgnoredKinds, istioVersions } from './istio/api-group.ts'
import { manifests } from './istio/manifest.ts'

/** An API group of which resources are read. */
export interface ApiGroup {
  /** What it is about, in messages. */
  readonly title: string
  /** A group with this word in its name was meant as this one, where it has a kind of this one. */
  readonly word: string
  /** They are read alike; the newest first. */
  readonly versions: readonly string[]
  /** The schema of a whole resource, by its kind. */
  readonly manifests: Readonly<Record<string, unknown>>
  /** Its other kinds: known, and not read here. */
  readonly ignoredKinds: readonly string[]
}

/** What is read: resources by their group and kind. */
export const apiGroups = {
  [istioGroup]: {
    title: "Istio's traffic rules",
    word: 'istio',
    versions: istioVersions,
    manifests,
    ignoredKinds: istioIgnoredKinds,
  },
} as const satisfies Readonly<Record<string, ApiGroup>>

type Groups = typeof apiGroups

/** The schema of a whole resource, whatever its type. */
export type Manifest = {
  [Group in keyof Groups]: Groups[Group]['manifests'][keyof Groups[Group]['manifests']]
}[keyof Groups]

/** The type of a resource that is read. */
export type ManifestType = {
  [Group in keyof Groups]: {
    [Kind in keyof Groups[Group]['manifests']]: { readonly group: Group; readonly kind: Kind }
  }[keyof Groups[Group]['manifests']]
}[keyof Groups]

/** The types of all resources that are read. */
export const manifestTypes = Object.entries(apiGroups).flatMap(([group, { manifests }]) =>
  Object.keys(manifests).map(kind => ({ group, kind })),
) as readonly ManifestType[]

/** The schema of a whole resource of a type. */
export function manifestOf({ group, kind }: ManifestType): Manifest {
  const manifests: Readonly<Record<string, Manifest>> = apiGroups[group].manifests
  return manifests[kind]!
}
