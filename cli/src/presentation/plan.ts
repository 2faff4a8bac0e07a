import type { Plan, PlanStep } from '@wheelhouse/contract'
import { type Look, type Paint, paint } from './look.ts'
import { count } from './units.ts'
import { clean, widthOf } from './width.ts'

const signs: Record<PlanStep['verb'], readonly [sign: string, paint: Paint]> = {
  create: ['+', 'green'],
  change: ['~', 'yellow'],
  replace: ['±', 'yellow'],
  remove: ['-', 'red'],
  keep: ['=', 'dim'],
}
const order = ['create', 'change', 'replace', 'remove', 'keep'] as const

export const planChanges = (plan: Plan): number => plan.steps.filter((step) => step.verb !== 'keep').length

/** `2 to create, 1 to replace, 3 kept`. */
export function planCounts(plan: Plan): string {
  const parts = order.flatMap((verb) => {
    const n = plan.steps.filter((step) => step.verb === verb).length
    if (n === 0) return []
    return [verb === 'keep' ? `${n} kept` : `${n} to ${verb}`]
  })
  return parts.join(', ') || 'nothing to do'
}

/** Counts first, then one line a step with its reasons below, what stays, and what to beware of. */
export function planText(plan: Plan, look: Look): string {
  const lines = [paint(clean(plan.summary), 'bold', look)]
  // A summary that says how much has said it.
  if (!/\d/.test(plan.summary)) lines.push(`  ${planCounts(plan)}`)
  lines.push('')
  const kinds = Math.max(0, ...plan.steps.map((step) => widthOf(step.kind)))
  const shown = [...plan.steps].sort((a, b) => order.indexOf(a.verb) - order.indexOf(b.verb))
  for (const step of shown) {
    const [sign, color] = signs[step.verb]
    const mark = look.unicode ? sign : sign.replace('±', '#')
    const head = `  ${paint(`${mark} ${step.verb.padEnd(7)}`, color, look)} ${step.kind.padEnd(kinds)}  `
    lines.push(head + paint(clean(step.name), step.verb === 'keep' ? 'dim' : 'bold', look))
    if (step.verb === 'keep') continue
    for (const reason of step.reasons)
      lines.push(paint(`            ${' '.repeat(kinds)}  ${clean(reason)}`, 'dim', look))
  }
  if (plan.steps.length > 0) lines.push('')
  if (plan.kept.length > 0) lines.push(`  Kept: ${plan.kept.map(clean).join(', ')}`, '')
  for (const warning of plan.warnings)
    lines.push(`  ${paint(look.unicode ? '▲' : '!', 'yellow', look)} ${clean(warning)}`)
  if (plan.warnings.length > 0) lines.push('')
  return `${lines.join('\n').trimEnd()}\n`
}

/** The word for the question: `Apply 3 changes`. */
export const planVerb = (plan: Plan, verb: string): string => `${verb} ${count(planChanges(plan), 'change')}`
