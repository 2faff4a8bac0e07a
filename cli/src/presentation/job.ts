import type { Job, JobStep } from '@wheelhouse/contract'
import { type Look, paint } from './look.ts'
import { glyph } from './state.ts'
import { duration, percent } from './units.ts'
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

const mostSteps = 12
const barWidth = 24

/** `██████░░░░  25 %` */
export function progressBar(share: number, look: Look): string {
  const full = Math.min(barWidth, Math.round(barWidth * share))
  const [ink, ground] = look.unicode ? ['█', '░'] : ['#', '.']
  return `${ink.repeat(full)}${ground.repeat(barWidth - full)}  ${percent(share * 100)}`
}

/** The whole job for a live block: its steps, and what it is at while it runs. */
export function jobLines(job: Job, look: Look): string[] {
  // Of many steps, those that are at work or went wrong are shown; the bar stands for the others.
  const many = job.steps.length > mostSteps
  const shown = many
    ? job.steps.filter(({ state }) => state === 'running' || state === 'failed').slice(-mostSteps)
    : job.steps
  const lines = shown.map((step) => stepLine(step, look))
  if (many) lines.unshift(`  ${progressBar(job.progress, look)}`)
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
