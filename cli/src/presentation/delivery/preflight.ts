import type { Preflight, PreflightCheck } from '@wheelhouse/contract'
import { type Look, paint } from '../look.ts'
import { glyph } from '../state.ts'
import { count, duration } from '../units.ts'
import { clean, fit, widthOf } from '../width.ts'

const rank = (check: PreflightCheck): number => (check.ok ? 2 : check.severity === 'error' ? 0 : 1)

function checkLines(check: PreflightCheck, titles: number, look: Look): string[] {
  const mark = glyph(check.ok ? 'done' : check.severity, look)
  const title = clean(check.title)
  const pad = ' '.repeat(Math.max(0, titles - widthOf(title)))
  const took = check.tookMs >= 100 ? `  ${duration(check.tookMs)}` : ''
  const room = look.width === null ? 10_000 : look.width - titles - 8 - took.length
  const message = fit(clean(check.message), Math.max(10, room), look.unicode ? '…' : '~')
  const color = check.ok ? 'dim' : check.severity === 'error' ? 'red' : 'yellow'
  const line = `    ${paint(mark.text, mark.paint, look)} ${title}${pad}  ${paint(check.ok ? message : clean(check.message), color, look)}${paint(took, 'dim', look)}`
  if (check.ok || check.fix === null) return [line]
  return [line, `      ${paint(look.unicode ? '→' : '->', 'bold', look)} ${clean(check.fix)}`]
}

/** `2 errors and 1 warning in 14 checks, 1.2s`. */
export function preflightSentence(preflight: Preflight): string {
  const errors = preflight.checks.filter((check) => rank(check) === 0).length
  const warnings = preflight.checks.filter((check) => rank(check) === 1).length
  const found = [errors > 0 ? count(errors, 'error') : '', warnings > 0 ? count(warnings, 'warning') : ''].filter(
    Boolean,
  )
  return `${found.join(' and ') || 'All well'} in ${count(preflight.checks.length, 'check')}, ${duration(preflight.tookMs)}`
}

/** Groups with a failure first, in each the failures first with how to mend them. */
export function preflightText(preflight: Preflight, look: Look): string {
  const groups = [...Map.groupBy(preflight.checks, (check) => check.group)].map(([group, checks]) => ({
    group,
    checks: checks.toSorted((a, b) => rank(a) - rank(b)),
  }))
  const worst = (checks: readonly PreflightCheck[]): number => Math.min(...checks.map(rank))
  const titles = Math.min(36, Math.max(0, ...preflight.checks.map((check) => widthOf(clean(check.title)))))
  const lines = groups
    .toSorted((a, b) => worst(a.checks) - worst(b.checks))
    .flatMap(({ group, checks }) => [
      `  ${paint(group, 'bold', look)}`,
      ...checks.flatMap((check) => checkLines(check, titles, look)),
    ])
  const mark = glyph(preflight.ok ? 'done' : 'error', look)
  return `${[...lines, '', `${paint(mark.text, mark.paint, look)} ${preflightSentence(preflight)}`].join('\n')}\n`
}
