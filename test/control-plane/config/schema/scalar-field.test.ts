import { describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { manifests } from '../../../../src/control-plane/config/istio/manifest.ts'
import { meshConfig } from '../../../../src/control-plane/config/istio/mesh-config.ts'
import { placeOfSchema } from '../../../../src/control-plane/config/schema/message.ts'
import { type ScalarShape, shapeOfScalar } from '../../../../src/control-plane/config/schema/scalar-field.ts'

interface Scalar {
  readonly path: string
  readonly shape: ScalarShape
  takes(value: unknown): boolean
}

/** Every scalar below a schema, by its path. */
function scalarsBelow(schema: unknown, path: string): Scalar[] {
  const place = placeOfSchema(schema)
  if (place === undefined) {
    const shape = shapeOfScalar(schema)
    return shape ? [{ path, shape, takes: value => (schema as z.ZodType).safeParse(value).success }] : []
  }
  switch (place.kind) {
    case 'list':
      return scalarsBelow(place.item, `${path}[]`)
    case 'map':
      return scalarsBelow(place.value, `${path}.*`)
    case 'message':
      return Object.entries(place.fields).flatMap(([field, each]) => scalarsBelow(each, `${path}.${field}`))
    default:
      return place satisfies never
  }
}

const scalars = [...Object.entries(manifests), ['MeshConfig', meshConfig] as const].flatMap(([name, schema]) =>
  scalarsBelow(schema, name),
)

/** The scalars with a shape of this type, of which there must be some. */
function ofType<Type extends ScalarShape['type']>(...types: readonly Type[]) {
  const found = scalars.flatMap(({ shape, ...rest }) =>
    (types as readonly string[]).includes(shape.type)
      ? [{ ...rest, shape: shape as Extract<ScalarShape, { readonly type: Type }> }]
      : [],
  )
  expect(found.length).toBeGreaterThan(3)
  return found
}

/** The paths of those that break a rule. */
function breaking<Each extends { readonly path: string }>(all: readonly Each[], rule: (each: Each) => boolean) {
  return all.filter(each => !rule(each)).map(({ path }) => path)
}

// Editors mark what these say is wrong: a shape that says too much hides good YAML, one that says too little hides faults.
describe('a scalar takes what its shape says', () => {
  test('of its type, and nothing of another type', () => {
    const values = { string: {}, boolean: 'true', integer: true, number: true } as const
    expect(breaking(scalars, ({ shape, takes }) => !takes(values[shape.type]))).toEqual([])
    expect(breaking(ofType('boolean'), ({ takes }) => takes(true) && takes(false))).toEqual([])
    expect(breaking(ofType('integer'), ({ takes }) => !takes(200.5))).toEqual([])
  })

  test('numbers up to its bounds, and none beyond', () => {
    const bounded = (bound: 'minimum' | 'maximum', beyond: number) =>
      breaking(ofType('integer', 'number'), ({ shape: { [bound]: last }, takes }) =>
        last === undefined ? true : takes(last) && !takes(last + beyond),
      )
    expect(bounded('minimum', -1)).toEqual([])
    expect(bounded('maximum', 1)).toEqual([])
  })

  test('without bounds, numbers as far as protobuf has them', () => {
    // A table of Maglev has a prime number of places, which no schema can say.
    const free = ofType('integer', 'number').filter(({ path }) => !path.endsWith('.maglev.tableSize'))
    const unbounded = free.filter(({ shape }) => shape.enum === undefined && shape.maximum === undefined)
    expect(unbounded.length).toBeGreaterThan(3)
    expect(breaking(unbounded, ({ takes }) => takes(2 ** 31 - 1))).toEqual([])
  })

  test('its words and numbers, and none besides', () => {
    const listing = scalars.filter(({ shape }) => 'enum' in shape)
    expect(listing.length).toBeGreaterThan(10)
    expect(
      breaking(listing, ({ shape, takes }) => {
        const values = 'enum' in shape ? shape.enum! : []
        return values.length > 0 && values.every(takes) && !takes('????') && !takes(12345)
      }),
    ).toEqual([])
  })

  test('its words in any letter case, or in theirs alone', () => {
    const texts = ofType('string').filter(({ shape }) => shape.enum?.some(word => word !== word.toLowerCase()))
    expect(
      breaking(texts, ({ shape, takes }) =>
        shape.enum!.every(
          word => word === word.toLowerCase() || takes(word.toLowerCase()) === Boolean(shape.isAnyCase),
        ),
      ),
    ).toEqual([])
  })

  test('the empty text, or not', () => {
    // Of an empty text among words or beside a pattern nothing is said: it is the same as none, or a fault.
    const free = ofType('string').filter(({ shape }) => !shape.enum && !shape.pattern)
    expect(breaking(free, ({ shape, takes }) => takes('') === (shape.minLength === undefined))).toEqual([])
  })

  test('texts of its pattern alone', () => {
    const patterned = ofType('string').filter(({ shape }) => shape.pattern)
    const texts = ['24h', '1h0m', '3600s', '24d', '5', 'h', '1h ', '']
    expect(
      breaking(patterned, ({ shape, takes }) =>
        texts.every(text => takes(text) === new RegExp(shape.pattern!.regex, 'u').test(text)),
      ),
    ).toEqual([])
  })
})
