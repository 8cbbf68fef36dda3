import type { PathNormalization } from '../../fib/normalize.ts'
import type { MeshSettings } from '../config/resource.ts'

/** How paths are normalised. DEFAULT means BASE. Source: Istio MeshConfig.pathNormalization. */
export function lowerPathNormalization(mesh: MeshSettings | undefined): PathNormalization {
  const normalization = mesh?.spec.pathNormalization?.normalization ?? 'DEFAULT'
  switch (normalization) {
    case 'DEFAULT':
    case 'BASE':
      return 'base'
    case 'NONE':
      return 'none'
    case 'MERGE_SLASHES':
      return 'merge-slashes'
    case 'DECODE_AND_MERGE_SLASHES':
      return 'decode-and-merge-slashes'
    default:
      return normalization satisfies never
  }
}
