import { nearest } from '../../../diagnostics/suggest.ts'
import { camelCase } from '../yaml/field-name.ts'
import { type FieldPath, formatPath } from '../yaml/field-path.ts'
import { foreignFields, misunderstoodFields, removedFields } from './foreign-field.ts'
import { type Place, placeOfSchema, stepInto } from './message.ts'

export interface UnknownField {
  readonly message: string
  readonly help?: string
  /** The field that was probably meant: what is missed on the way to it need not be said too. */
  readonly meant?: FieldPath
}

/** What to say of the field `name` that the message at `path`, below the schema `root`, does not have. */
export function describeUnknownField(root: Place, path: FieldPath, name: string): UnknownField {
  const place = path.reduce<Place | undefined>(stepInto, root)
  if (place?.kind !== 'message') return { message: `\`${name}\` is not known here` }
  const said = `\`${name}\` is not a field of ${place.name}`
  const removed = Object.hasOwn(removedFields, name) ? removedFields[name] : undefined
  if (removed) return { message: said, help: removed }
  const advised = misunderstoodFields[place.name]
  if (advised && Object.hasOwn(advised, name)) {
    const { help, meant } = advised[name]!
    return { message: said, help, meant: [...path, meant] }
  }
  const foreign = foreignFields[place.name]
  if (foreign && Object.hasOwn(foreign, name)) return suggestion(said, [...path, foreign[name]!])
  const bare = camelCase(name.replace(/^[\s\u00a0\ufeff]+|[\s\u00a0\ufeff]+$/g, ''))
  if (bare !== name && Object.hasOwn(place.fields, bare)) {
    return {
      message: said,
      help: isSpacedOut(name) ? plainSpaces : `write \`${bare}\``,
      meant: [...path, bare],
    }
  }
  const elsewhere = findElsewhere(root, path, place, bare)
  if (elsewhere) return { message: said, help: isSpacedOut(name) ? plainSpaces : elsewhere.help, meant: elsewhere.path }
  const near = nearest(name, Object.keys(place.fields))
  if (near) return suggestion(said, [...path, near])
  return { message: said, help: `its fields are ${Object.keys(place.fields).join(', ')}` }
}

const plainSpaces = 'indent it with plain spaces: these are no-break spaces'

function isSpacedOut(name: string): boolean {
  return /^\s*[\u00a0\ufeff]/.test(name)
}

function suggestion(said: string, meant: FieldPath): UnknownField {
  return { message: `${said}; did you mean \`${meant.at(-1)}\`?`, help: `write \`${meant.at(-1)}\``, meant }
}

/** A message near by that does have the field: below this one, around it, or the spec. */
function findElsewhere(root: Place, path: FieldPath, place: Place & { kind: 'message' }, name: string) {
  for (const field of Object.keys(place.fields)) {
    if (hasField(messageIn(placeOfSchema(place.fields[field])), name)) {
      return { path: [...path, field, name], help: `it belongs under \`${field}\`: indent it there` }
    }
  }
  for (let length = path.length - 1; length >= 0; length--) {
    const around = path.slice(0, length)
    const outer = around.reduce<Place | undefined>(stepInto, root)
    const field = outer?.kind === 'message' ? fieldCalled(outer, name) : undefined
    if (outer?.kind === 'message' && field !== undefined) {
      const where = formatPath([...around, field])
      return { path: [...around, field], help: `it belongs to ${outer.name}: move it to \`${where}\`` }
    }
  }
  const spec = stepInto(root, 'spec')
  if (!hasField(spec, name)) return undefined
  return { path: ['spec', name], help: `it belongs under \`spec\`: move it to \`spec.${name}\`` }
}

/** The field of `place` that is called `name`, here or in other APIs. */
function fieldCalled(place: Place & { kind: 'message' }, name: string): string | undefined {
  if (Object.hasOwn(place.fields, name)) return name
  const foreign = foreignFields[place.name]
  return foreign && Object.hasOwn(foreign, name) ? foreign[name] : undefined
}

function messageIn(place: Place | undefined): Place | undefined {
  return place?.kind === 'list' ? placeOfSchema(place.item) : place
}

function hasField(place: Place | undefined, name: string): boolean {
  return place?.kind === 'message' && Object.hasOwn(place.fields, name)
}
