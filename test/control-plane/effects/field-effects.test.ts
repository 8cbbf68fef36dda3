import { expect, test } from 'vitest'
import { manifestOf, manifestTypes } from '../../../src/control-plane/config/api-groups.ts'
import { meshConfig } from '../../../src/control-plane/config/istio/mesh-config.ts'
import { typeName } from '../../../src/control-plane/config/resource-type.ts'
import { type Place, placeOfSchema, stepInto } from '../../../src/control-plane/config/schema/message.ts'
import { type Effects, fieldEffects, isVerdict, meshEffects } from '../../../src/control-plane/effects/field-effects.ts'

test('every field that a verdict is given on is a field', () => {
  for (const type of manifestTypes) {
    const spec = stepInto(placeOfSchema(manifestOf(type)), 'spec')
    expect(unknownIn(spec, fieldEffects[typeName(type)], type.kind)).toEqual([])
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
