import type { AlertRuleSpec } from '@wheelhouse/contract'
import { figure, spanWords } from '../telling/figures.ts'
import type { Traces } from '../sensing/trace.ts'
import type { Episode } from './episode.ts'

/** Fewer than so many are no noise. */
const fewEnough = 3
const tries = 5

/** A threshold, or a while to wait, that would have told less; null where it told little, or nothing helps. */
export async function suggestionOf(
  rule: AlertRuleSpec,
  { unit }: Traces,
  episodes: readonly Episode[],
  readable: number,
  again: (rule: AlertRuleSpec) => Promise<readonly Episode[]>,
): Promise<string | null> {
  if (episodes.length <= fewEnough) return null
  const goal = Math.min(readable, Math.max(fewEnough, Math.floor(episodes.length / 4)))
  const { condition } = rule
  if (condition.kind === 'metric') {
    // What the worst of the episodes went to tells the real ones from the rest.
    const peaks = episodes
      .flatMap(({ value }) => (value === null ? [] : [value]))
      .toSorted((a, b) => (condition.compare === 'above' ? b - a : a - b))
    for (
      let index = Math.min(goal, peaks.length - 1);
      index >= 0;
      index = Math.floor(index / 2) - (index === 0 ? 1 : 0)
    ) {
      const threshold = Number((peaks[index] ?? condition.threshold).toPrecision(3))
      if (threshold === condition.threshold) continue
      const { clearAt: _, ...rest } = condition
      const fired = (await again({ ...rule, condition: { ...rest, threshold } })).length
      if (fired <= goal)
        return `${condition.compare === 'above' ? 'Above' : 'Below'} ${figure(threshold, unit)} it would have fired ${times(fired)}.`
      if (index === 0) break
    }
  }
  if (condition.kind === 'log' || condition.kind === 'event') {
    const counts = episodes.flatMap(({ value }) => (value === null ? [] : [value])).toSorted((a, b) => b - a)
    const atLeast = (counts[Math.min(goal, counts.length - 1)] ?? condition.atLeast) + 1
    if (atLeast > condition.atLeast) {
      const fired = (await again({ ...rule, condition: { ...condition, atLeast } })).length
      if (fired <= goal) return `From ${atLeast} on it would have fired ${times(fired)}.`
    }
  }
  let forMs = Math.max(60_000, (rule.forMs ?? 0) * 2)
  for (let tried = 0; tried < tries && forMs <= 86_400_000; tried++, forMs *= 2) {
    const fired = (await again({ ...rule, forMs })).length
    if (fired <= goal) return `Where it must hold for ${spanWords(forMs)} it would have fired ${times(fired)}.`
  }
  return null
}

const times = (count: number): string => (count === 0 ? 'not at all' : count === 1 ? 'once' : `${count} times`)
