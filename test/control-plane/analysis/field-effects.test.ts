import { expect, test } from 'vitest'
import {
  type Effects,
  fieldEffects,
  isVerdict,
  meshEffects,
} from '../../../src/control-plane/analysis/field-effects.ts'
import { manifestKinds, manifests } from '../../../src/control-plane/config/istio/manifest.ts'
import { meshConfig } from '../../../src/control-plane/config/istio/mesh-config.ts'
import { type Place, placeOfSchema, stepInto } from '../../../src/control-plane/config/schema/message.ts'

test('every field that a verdict is given on is a field', () => {
  for (const kind of manifestKinds) {
    const spec = stepInto(placeOfSchema(manifests[kind]), 'spec')
    expect(unknownIn(spec, fieldEffects[kind], kind)).toEqual([])
  }
  expect(unknownIn(placeOfSchema(meshConfig), meshEffects, 'MeshConfig')).toEqual([])
})

/** The paths in a table of effects that no schema has. */
function unknownIn(place: Place | undefined, known: Effects, path: string): string[] {
  return Object.entries(known).flatMap(([name, effect]) => {
    const full = `${path}.${name}`
    const step = name === '*' ? 0 : name
    const isField =
      name === '*' ? place?.kind !== 'message' : place?.kind === 'message' && Object.hasOwn(place.fields, name)
    if (!isField) return [full]
    return isVerdict(effect) ? [] : unknownIn(stepInto(place, step), effect, full)
  })
}
