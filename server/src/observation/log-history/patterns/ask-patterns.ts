import {
  eachLine,
  type FieldsOf,
  goesOn,
  Matcher,
  nothingScanned,
  type Query,
  sourceOf,
  type View,
} from '@wheelhouse/platform/lines'
import { type Cluster, Clusters } from './clusters.ts'

export interface PatternsAsked extends View {
  /** From the beginning of the time before to the end of the one that is asked for. */
  readonly query: Query
  /** Where the one that is asked for begins, epoch microseconds. */
  readonly sinceUs: number
  /** So many clusters are answered, those with the most lines. */
  readonly most: number
}
export interface PatternsFound {
  readonly clusters: readonly Cluster[]
  readonly lines: number
  /** Lines whose shapes are in none of the clusters that are answered. */
  readonly other: number
  /** Whether only the newest lines were looked at, as there are too many. */
  readonly isPartial: boolean
  /** Whether the time before was looked at as a whole, and anything was said in it. */
  readonly knowsBefore: boolean
}

/** So many lines are looked at in the time that is asked for, and as many in the one before. */
const mostLines = 400_000
const system = 2

/** Groups the lines of a time by shape. For a thread of its own: it looks at every line. */
export function patternsIn({ query, sinceUs, most, ...view }: PatternsAsked, fieldsOf: FieldsOf): PatternsFound {
  const clusters = new Clusters()
  const look = (from: number, to: number, isBefore: boolean): { count: number; isWhole: boolean } => {
    let count = 0
    const matcher = new Matcher(query.conditions, fieldsOf)
    eachLine(view, { ...query, from, to }, matcher, nothingScanned(), ({ text, ...line }) => {
      // The lines of a trace belong to the first; what we say ourselves is no line of the service.
      if (goesOn(line.marks) || sourceOf(line.marks) === system) return true
      if (count >= mostLines) {
        count++
        return false
      }
      count++
      clusters.add({ ...line, text: text() }, isBefore)
      return true
    })
    return { count: Math.min(count, mostLines), isWhole: count <= mostLines }
  }
  const asked = look(sinceUs, query.to, false)
  const before = look(query.from, sinceUs - 1, true)
  const found = clusters.all.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count)
  const shown = found.slice(0, most)
  return {
    clusters: shown,
    lines: asked.count,
    other: clusters.other + found.slice(most).reduce((sum, { count }) => sum + count, 0),
    isPartial: !asked.isWhole,
    knowsBefore: before.isWhole && before.count > 0,
  }
}
