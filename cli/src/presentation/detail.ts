import type { Event, Job, Stack, Target, User } from '@wheelhouse/contract'
import { type Field, fields, heading, indented } from './block.ts'
import { stepLine } from './job.ts'
import type { Look } from './look.ts'
import { eventsPart, headLine } from './service-detail.ts'
import { stateCell } from './state.ts'
import { type Column, table } from './table.ts'
import { age, bytes, clock, duration, percent } from './units.ts'

export function targetText(target: Target, events: readonly Event[], look: Look): string {
  const { engine, usage } = target
  const rows: Field[] = [
    ['why', target.reason, 'red'],
    ['stale', target.stale ? `last heard ${age(target.observedAt, look.now)} ago` : null, 'yellow'],
    ['id', target.id],
    ['kind', target.kind],
    ['address', target.address + (target.tls ? ' (TLS)' : '')],
    ['tags', target.tags.join(', ')],
    [
      'host',
      engine && `${engine.hostname}, ${engine.os} ${engine.arch}, ${engine.cpus} CPUs, ${bytes(engine.memoryBytes)}`,
    ],
    ['version', engine && engine.version + (engine.apiVersion ? ` (API ${engine.apiVersion})` : '')],
    [
      'services',
      Object.entries(target.services)
        .filter(([, n]) => n > 0)
        .map(([state, n]) => `${n} ${state}`)
        .join(', '),
    ],
    ['cpu', usage && percent(usage.cpuPercent)],
    ['memory', usage && `${bytes(usage.memoryBytes)} of ${bytes(usage.memoryTotalBytes)}`],
    ['disk', usage && usage.diskBytes !== null ? `${bytes(usage.diskBytes)} of ${bytes(usage.diskTotalBytes)}` : null],
    ['can', target.capabilities.join(', ')],
    ['known since', clock(target.createdAt, look.now)],
  ]
  return headLine(target.name, target.state, '', look) + fields(rows, look) + eventsPart(events, look)
}

const partColumns: readonly Column<Stack['services'][number]>[] = [
  { head: 'SERVICE', cell: (s) => s.name },
  { head: 'STATE', cell: (s, look) => stateCell(s.state, look) },
  { head: 'IMAGE', sparse: true, cell: (s) => s.image ?? '' },
  { head: 'ID', cell: (s) => ({ text: s.serviceId ?? 'not there', paint: 'dim' }) },
]

export function stackText(stack: Stack, directory: string | null, look: Look): string {
  const applied =
    stack.appliedAt === null
      ? null
      : `${clock(stack.appliedAt, look.now)}${stack.appliedBy ? ` by ${stack.appliedBy}` : ''}`
  const rows: Field[] = [
    ['id', stack.id],
    ['target', stack.targetName],
    ['format', stack.format],
    ['managed', stack.managed ? null : 'no, it was started elsewhere'],
    ['revision', stack.revision === 0 ? null : String(stack.revision)],
    ['applied', applied],
    ['folder', directory],
  ]
  return (
    headLine(stack.name, stack.state, '', look) +
    fields(rows, look) +
    heading('Services', look) +
    indented(table(partColumns, stack.services, look))
  )
}

export function userText(user: User, look: Look): string {
  const rows: Field[] = [
    ['name', user.displayName],
    ['e-mail', user.email],
    ['id', user.id],
    ['reach', user.reach === 'all' ? 'everything' : 'where a grant says so'],
    ['grants', user.grants.map((grant) => `${grant.role} on ${grant.on} ${grant.id}`).join(', ')],
    ['last seen', user.lastSeenAt === null ? 'never' : `${age(user.lastSeenAt, look.now)} ago`],
    ['locked until', user.lockedUntil === null ? null : clock(user.lockedUntil, look.now), 'red'],
    ['created', clock(user.createdAt, look.now)],
  ]
  return (
    headLine(user.username, user.disabled ? 'stopped' : 'running', user.role, { ...look, glyphs: false }).replace(
      / {2}(running|stopped)/,
      user.disabled ? '  disabled' : '',
    ) + fields(rows, look)
  )
}

export function jobText(job: Job, look: Look): string {
  const end = job.finishedAt === null ? look.now : Date.parse(job.finishedAt)
  const rows: Field[] = [
    ['why', job.error && `${job.error.errorCode}: ${job.error.message}`, 'red'],
    ['id', job.id],
    ['kind', job.kind],
    ['asked for by', job.requestedBy],
    ['created', clock(job.createdAt, look.now)],
    ['took', job.startedAt === null ? null : duration(end - Date.parse(job.startedAt))],
    ['attempt', job.attempt > 1 ? String(job.attempt) : null],
    ['result', job.result && JSON.stringify(job.result)],
  ]
  const steps =
    job.steps.length === 0
      ? ''
      : `${heading('Steps', look)}${job.steps.map((step) => stepLine(step, look)).join('\n')}\n`
  return headLine(job.title, job.state, '', look) + fields(rows, look) + steps
}
