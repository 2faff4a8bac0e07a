import type { Client } from '@wheelhouse/client'
import type { Job, Service, Stack, Target, User } from '@wheelhouse/contract'
import { jobText, stackText, targetText, userText } from './presentation/detail.ts'
import type { Look } from './presentation/look.ts'
import { serviceText } from './presentation/service-detail.ts'

type Describe<T> = (client: Client, row: T, look: Look) => Promise<string>

/** What else belongs on the page is left out when this caller may not see it or the target is gone. */
const orNull = async <T>(answer: Promise<T>): Promise<T | null> => answer.catch(() => null)

const service: Describe<Service> = async (client, row, look) => {
  const [health, events] = await Promise.all([
    orNull(client.health.list({ id: row.id })),
    orNull(client.timeline.list({ service: row.id, limit: 8 })),
  ])
  return serviceText(row, health?.checks ?? [], events?.items ?? [], look)
}
const target: Describe<Target> = async (client, row, look) => {
  const events = await orNull(client.timeline.list({ target: row.id, limit: 8 }))
  return targetText(row, events?.items ?? [], look)
}
const stack: Describe<Stack> = async (client, row, look) => {
  const full = await orNull(client.stacks.get({ id: row.id }))
  return stackText(row, full?.directory ?? null, look)
}

export const describers: Record<string, Describe<never>> = {
  services: service,
  targets: target,
  stacks: stack,
  users: (_, row: User, look) => Promise.resolve(userText(row, look)),
  jobs: (_, row: Job, look) => Promise.resolve(jobText(row, look)),
}
