import {
  Failure,
  type NotificationChannel,
  type NotificationChannelSpec,
  type NotificationOccasion,
} from '@wheelhouse/contract'
import type { ChannelRecord } from './store.ts'

export const usualOccasions: readonly NotificationOccasion[] = [
  'deployment.rolled-back',
  'deployment.failed',
  'backup.failed',
  'backup.missed',
  'alert.fired',
  'alert.escalated',
  'alert.cleared',
]

/** What people may see of where it goes: the path of a hook is its password. */
export const addressOf = (spec: NotificationChannelSpec): string =>
  spec.kind === 'email' ? spec.to.join(', ') : new URL(spec.url).host

// oxlint-disable-next-line no-control-regex
const controls = /[\u0000-\u001f\u007f]/
const mailAddress = /^[^\s@<>]+@[^\s@<>]+$|^[^<>@]*<[^\s@<>]+@[^\s@<>]+>$/

/** Throws VALIDATION_FAILED for what could never be sent to. */
export function requireSendable(spec: NotificationChannelSpec): void {
  const wrong = (field: string, why: string): never => {
    throw new Failure('VALIDATION_FAILED', `channel.${field}: ${why}`, { field: `channel.${field}` })
  }
  if (spec.kind !== 'email') {
    if (!/^https?:$/.test(new URL(spec.url).protocol)) wrong('url', 'it begins with https:// or http://.')
    return
  }
  if (controls.test(spec.host) || spec.host.trim() === '')
    wrong('host', 'the name of a mail server, such as smtp.example.com.')
  if (controls.test(spec.from) || !mailAddress.test(spec.from))
    wrong('from', 'an address such as wheelhouse@example.com.')
  const other = spec.to.find((to) => controls.test(to) || !mailAddress.test(to))
  if (other !== undefined) wrong('to', `"${other.replace(controls, '')}" is no address such as ops@example.com.`)
  if (spec.password !== undefined && spec.username === undefined) wrong('username', 'a password needs a user name.')
}

const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())

/** A channel as every face sees one: without its address and passwords. */
export const shownChannel = (record: ChannelRecord): NotificationChannel => ({
  id: record.id,
  name: record.name,
  kind: record.spec.kind,
  address: record.address,
  on: [...record.on],
  stacks: [...record.stacks],
  enabled: record.enabled,
  lastAt: iso(record.lastAt),
  lastError: record.lastError,
  createdBy: record.createdBy,
  createdAt: new Date(record.createdAt).toISOString(),
})
