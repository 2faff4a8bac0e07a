import type { Plan, PlanStep } from '@wheelhouse/contract'
import { countVerbs, planDigest } from '../../dispatch/index.ts'

interface Draft {
  readonly summary: string
  readonly steps: readonly PlanStep[]
  readonly warnings?: readonly string[]
  readonly kept?: readonly string[]
  /** What the plan was made from. */
  readonly from: unknown
}

/** A plan with its steps counted and its digest. */
export function planOf({ summary, steps, warnings = [], kept = [], from }: Draft): Plan {
  return {
    summary,
    steps: [...steps],
    counts: countVerbs(steps),
    warnings: [...warnings],
    kept: [...kept],
    digest: planDigest([summary, from]),
  }
}

export const some = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/** `2 GB`, powers of 1024. */
export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const at = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10))
  const value = bytes / 1024 ** at
  return `${value >= 100 || Number.isInteger(value) ? Math.round(value) : value.toFixed(1)} ${units[at]}`
}
export const cpusText = (cpus: number): string => `${Math.round(cpus * 100) / 100} ${cpus === 1 ? 'CPU' : 'CPUs'}`

export const firstLower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)
export const sentence = (text: string): string => {
  const whole = text.charAt(0).toUpperCase() + text.slice(1)
  return /[.!?]$/.test(whole) ? whole : `${whole}.`
}
