import type { Policy, PolicyRules } from '@wheelhouse/contract'
import { type Field, fields, heading } from '../block.ts'
import { type Look, paint } from '../look.ts'
import type { Column } from '../table.ts'
import { clock } from '../units.ts'
import { clean } from '../width.ts'

/** A rule as it is typed: `hostNetwork` is `host-network`. */
export const ruleWord = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

export const policyName = (policy: Policy): string => policy.targetName ?? 'the house'

const given = (rules: PolicyRules): string[] =>
  Object.entries(rules).flatMap(([name, value]) =>
    value === true ? [ruleWord(name)] : Array.isArray(value) && value.length > 0 ? [ruleWord(name)] : [],
  )

export const policyColumns: readonly Column<Policy>[] = [
  { head: 'POLICY', cell: (p) => ({ text: policyName(p), paint: 'bold' }), shrink: 12 },
  { head: 'RULES', cell: (p) => (p.targetId === null || p.own ? 'its own' : { text: 'of the house', paint: 'dim' }) },
  { head: 'GIVES', cell: (p) => given(p.rules).join(', ') || '-', shrink: 20 },
  { head: 'CHANGED', cell: (p, look) => (p.changedAt === null ? '-' : clock(p.changedAt, look.now)), drop: 3 },
  { head: 'BY', cell: (p) => p.changedBy ?? '-', drop: 4 },
]

const shown = (value: boolean | readonly string[]): string =>
  typeof value === 'boolean' ? (value ? 'yes' : 'no') : value.length === 0 ? 'none' : value.join(', ')

/** One policy, a rule a line, named as `wh policy set` takes them. */
export function policyText(policy: Policy, look: Look): string {
  const rows = Object.entries(policy.rules).map(([name, value]): Field => {
    const text = name === 'images' && (value as string[]).length === 0 ? 'every image' : shown(value)
    return [ruleWord(name), text, value === true && name !== 'enforceOnAdministrators' ? 'yellow' : undefined]
  })
  const of = policy.targetId !== null && !policy.own ? ', as the house' : ''
  const changed =
    policy.changedAt === null
      ? ''
      : `${heading('Changed', look)}${fields([[clock(policy.changedAt, look.now), `by ${policy.changedBy ?? ''}`]], look)}`
  return `${paint(clean(policyName(policy)), 'bold', look)}${of}\n${fields(rows, look)}${changed}`
}
