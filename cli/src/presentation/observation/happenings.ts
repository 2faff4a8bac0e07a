import type { Event, Job } from '@wheelhouse/contract'
import { glyph, stateCell } from '../state.ts'
import type { Column } from '../table.ts'
import { age, clock, duration } from '../units.ts'

export const eventColumns: readonly Column<Event>[] = [
  { head: 'TIME', cell: (e, look) => ({ text: clock(e.at, look.now), paint: 'dim' }) },
  { head: '', cell: (e, look) => (look.glyphs ? glyph(e.severity, look) : e.severity) },
  { head: 'TYPE', cell: (e) => e.type, drop: 2 },
  {
    head: 'WHAT HAPPENED',
    cell: (e) => ({ text: e.message, paint: e.severity === 'error' ? 'red' : undefined }),
    shrink: 20,
  },
  { head: 'BY', cell: (e) => e.actor ?? '', sparse: true, drop: 3 },
  { head: 'ID', wide: true, cell: (e) => ({ text: e.id, paint: 'dim' }), drop: 4 },
]

const took = (job: Job, now: number): string => {
  if (job.startedAt === null) return '-'
  const end = job.finishedAt === null ? now : Date.parse(job.finishedAt)
  return duration(end - Date.parse(job.startedAt))
}

export const jobColumns: readonly Column<Job>[] = [
  { head: 'JOB', cell: (j) => ({ text: j.id, paint: 'dim' }), shrink: 8 },
  { head: 'STATE', cell: (j, look) => stateCell(j.state, look) },
  { head: 'TITLE', cell: (j) => ({ text: j.title, paint: 'bold' }), shrink: 16 },
  { head: 'DONE', align: 'right', cell: (j) => `${Math.round(j.progress * 100)}%`, drop: 4 },
  { head: 'TOOK', align: 'right', cell: (j, look) => took(j, look.now), drop: 3 },
  { head: 'AGE', align: 'right', cell: (j, look) => age(j.createdAt, look.now), drop: 5 },
  { head: 'BY', cell: (j) => j.requestedBy, drop: 6 },
  { head: 'KIND', wide: true, cell: (j) => j.kind, drop: 7 },
  {
    head: 'NOTE',
    sparse: true,
    shrink: 16,
    cell: (j) => ({ text: j.error?.message.split('\n')[0] ?? '', paint: 'red' }),
  },
]
