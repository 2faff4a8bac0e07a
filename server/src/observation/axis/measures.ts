import type { ComparedMeasure } from '@wheelhouse/contract'

/** One side of a comparison: what is known of its steps. */
export interface Side {
  readonly values: readonly number[]
  /** What stands for the side: a mean unless told. */
  readonly value?: number
}

const fewest = 5
const samePercent = 5
/** So many standard errors apart, two means differ by more than their ups and downs. */
const apart = 2

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
const spread = (values: readonly number[]): number => {
  const middle = mean(values)
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / Math.max(1, values.length - 1)
}

export interface Measure extends Pick<ComparedMeasure, 'name' | 'title' | 'unit' | 'better'> {
  /** Differences below this say nothing, whatever they are in percent; in the unit of the measure. */
  readonly least: number
}

/** Holds two sides beside each other, and says nothing where there is too little to say. */
export function compared({ least, ...measure }: Measure, before: Side, after: Side): ComparedMeasure {
  const points = { before: before.values.length, after: after.values.length }
  const valueOf = (side: Side): number | null => side.value ?? (side.values.length === 0 ? null : mean(side.values))
  const [was, is] = [valueOf(before), valueOf(after)]
  const common = { ...measure, before: was, after: is, points }
  if (was === null || is === null)
    return little(
      common,
      was === null && is === null
        ? 'Nothing is known of it.'
        : `Nothing is known of the time ${was === null ? 'before' : 'after'}.`,
    )
  if (points.before < fewest || points.after < fewest)
    return little(common, `Only ${points.before} steps before and ${points.after} after are known.`)
  const change = is - was
  const percent = was === 0 ? null : (change / Math.abs(was)) * 100
  const noise = Math.sqrt(spread(before.values) / points.before + spread(after.values) / points.after)
  const isSame =
    Math.abs(change) < least ||
    (percent !== null && Math.abs(percent) < samePercent) ||
    Math.abs(change) < apart * noise
  if (isSame) return { ...common, changePercent: percent, verdict: 'same', note: 'Within its usual ups and downs.' }
  const verdict =
    measure.better === 'neither' ? 'changed' : change < 0 === (measure.better === 'lower') ? 'better' : 'worse'
  return { ...common, changePercent: percent, verdict, note: was === 0 ? 'There was none before.' : null }
}

const little = (
  common: Omit<ComparedMeasure, 'changePercent' | 'verdict' | 'note'>,
  note: string,
): ComparedMeasure => ({ ...common, changePercent: null, verdict: 'too-little', note })

/** One sentence of all of it. */
export function summaryOf(measures: readonly ComparedMeasure[]): string {
  const of = (verdict: ComparedMeasure['verdict']): string[] =>
    measures.filter((each) => each.verdict === verdict).map(({ title }) => title)
  const listed = (names: readonly string[]): string =>
    names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
  const [worse, better, changed, little] = [of('worse'), of('better'), of('changed'), of('too-little')]
  if (little.length === measures.length) return 'There is too little to say yet.'
  const parts = [
    worse.length > 0 ? `worse: ${listed(worse)}` : '',
    better.length > 0 ? `better: ${listed(better)}` : '',
    changed.length > 0 ? `changed: ${listed(changed)}` : '',
  ].filter(Boolean)
  const unsaid = little.length === 0 ? '' : ` There is too little to say of ${listed(little)}.`
  if (parts.length === 0) return `Nothing has changed beyond its usual ups and downs.${unsaid}`
  const text = parts.join('; ')
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.${unsaid}`
}
