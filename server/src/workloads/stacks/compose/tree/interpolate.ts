import { didYouMean } from '../../file/nearest.ts'
import type { Path, Problems } from '../../file/problems.ts'
import type { Budget } from '../tree/budget.ts'
import { type Cast, casts } from './casts.ts'
import { type Entry, type Node, type Scalar, scalar } from '../tree/node.ts'
import { type Cursors, Rules } from '../tree/rules.ts'
import { type LookUp, substitute } from '../../file/substitute.ts'

export type Variables = Readonly<Record<string, string>>

export const lookUpIn =
  (variables: Variables): LookUp =>
  (name) =>
    Object.hasOwn(variables, name) ? variables[name] : undefined

interface Around {
  readonly variables: Variables
  readonly problems: Problems
  readonly budget: Budget
  /** Variables of which it was told already that they have no value. */
  readonly told: Set<string>
}

/** Puts the variables into every text below a node and casts what must not stay text. Keys are left alone. */
export function interpolateTree(node: Node, around: Around): Node {
  const lookUp = lookUpIn(around.variables)
  const text = (one: Scalar, value: string, path: Path, cast: Cast | undefined): Scalar => {
    const { problems, budget, told } = around
    let result = value
    if (value.includes('$')) {
      const read = substitute(value, lookUp)
      if (read.error !== null) {
        problems.at(one.place, path, read.error)
        return one
      }
      for (const name of read.unset) {
        if (told.has(name) || problems.full) continue
        told.add(name)
        const near = didYouMean(name, Object.keys(around.variables))
        problems.at(one.place, path, `The variable ${name} is not set, so it is empty.${near}`, 'warning')
      }
      budget.chars -= read.value.length
      if (budget.chars < 0) {
        if (budget.chars + read.value.length >= 0)
          problems.at(one.place, path, 'With its variables the file holds more than 8000000 characters.')
        return scalar(null, one.place)
      }
      result = read.value
    }
    if (cast === undefined) return result === value ? one : scalar(result, one.place)
    const made = cast(result)
    if ('error' in made) {
      problems.at(one.place, path, made.error)
      return scalar(result, one.place)
    }
    if (made.warning !== undefined) problems.at(one.place, path, made.warning, 'warning')
    return scalar(made.value, one.place)
  }
  const walk = (one: Node, path: Path, cursors: Cursors<Cast>): Node => {
    if (one.kind === 'scalar')
      return typeof one.value === 'string' ? text(one, one.value, path, Rules.at(cursors)) : one
    if (one.kind === 'list')
      return {
        ...one,
        items: one.items.map((item, index) => walk(item, [...path, index], Rules.down(cursors, index))),
      }
    const entries = new Map<string, Entry>()
    for (const [key, entry] of one.entries)
      entries.set(key, { ...entry, value: walk(entry.value, [...path, key], Rules.down(cursors, key)) })
    return { ...one, entries }
  }
  return walk(node, [], casts.root)
}
