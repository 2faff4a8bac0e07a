import type { Job, JobStep } from '@wheelhouse/contract'
import { type Look, paint } from './look.ts'
import { glyph } from './state.ts'
import { duration } from './units.ts'
import { clean, fit } from './width.ts'

/** `✓ create web  0.4s`; what a failed step said stands behind it. */
export function stepLine(step: JobStep, look: Look): string {
  const mark = glyph(step.state, look)
  const took = step.tookMs === null ? '' : duration(step.tookMs)
  // The evidence below the first line is told once, with the error.
  const [first = ''] = step.message.split('\n')
  const said = first === '' || first === step.name ? '' : `  ${clean(first)}`
  const text = fit(`${clean(step.name)}${said}`, look.width === null ? 10_000 : look.width - 12)
  const color =
    step.state === 'failed' ? 'red' : step.state === 'waiting' || step.state === 'skipped' ? 'dim' : undefined
  return `  ${paint(mark.text, mark.paint, look)} ${paint(text, color, look)}${took === '' ? '' : `  ${paint(took, 'dim', look)}`}`
}

/** The whole job for a live block: its steps, and what it is at while it runs. */
export function jobLines(job: Job, look: Look): string[] {
  const lines = job.steps.map((step) => stepLine(step, look))
  const running = job.state === 'running' || job.state === 'queued'
  if (!running) return lines
  const since = job.startedAt === null ? '' : `  ${duration(look.now - Date.parse(job.startedAt))}`
  const head = job.state === 'queued' ? 'waiting for its turn' : job.message || job.title
  const mark = glyph(job.state === 'queued' ? 'queued' : 'starting', look)
  return [
    ...lines,
    `  ${paint(mark.text, mark.paint, look)} ${fit(clean(head), (look.width ?? 200) - 14)}${paint(since, 'dim', look)}`,
  ]
}
