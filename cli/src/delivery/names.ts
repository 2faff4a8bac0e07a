import { type Client, Problem } from '@wheelhouse/client'
import type {
  Backup,
  Certificate,
  ConfigSet,
  Deployment,
  NotificationChannel,
  Release,
  Trigger,
} from '@wheelhouse/contract'
import type { Named } from '../derived/model.ts'
import { Complaint, usage } from '../failure.ts'
import { findRegistry } from '../images.ts'
import { nothingCalled, withNearest } from '../resolve.ts'

interface Numbered {
  readonly id: string
  readonly stack: string
  readonly environment: string
  readonly number: number
}

/** `shop#12` or `shop/production#12`. */
const numbered = /^([^#/]+)(?:\/([^#/]+))?#(\d+)$/

async function byNumber<T extends Numbered>(
  kind: string,
  text: string,
  list: (query: { stack: string; environment: string | undefined; limit: number; cursor?: string }) => Promise<{
    items: T[]
    nextCursor: string | null
  }>,
): Promise<T | null> {
  const [, stack, environment, number] = numbered.exec(text) ?? []
  if (stack === undefined || number === undefined) return null
  const found: T[] = []
  let cursor: string | null = null
  do {
    const page: { items: T[]; nextCursor: string | null } = await list({
      stack,
      environment,
      limit: 200,
      ...(cursor === null ? {} : { cursor }),
    })
    found.push(...page.items.filter((one) => one.number === Number(number)))
    cursor = page.nextCursor
  } while (cursor !== null)
  const [first, second] = found
  if (!first) throw nothingCalled(kind, text, [])
  if (!second) return first
  throw new Complaint(
    'conflict',
    'AMBIGUOUS',
    `${found.length} environments have a ${kind} ${text}. Name the one that is meant.`,
    found.map((one) => `${one.stack}/${one.environment}#${one.number}`),
  )
}

async function byId<T>(kind: string, id: string, get: () => Promise<T>, ids: () => Promise<string[]>): Promise<T> {
  try {
    return await get()
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'NOT_FOUND') throw error
    throw nothingCalled(kind, id, await ids())
  }
}

/** By id, or as `stack#number`, `stack/environment#number`. */
export async function findDeployment(client: Client, text: string): Promise<Deployment> {
  const found = await byNumber('deployment', text, (query) => client.deployments.list(query))
  const ids = async (): Promise<string[]> => (await client.deployments.list({ limit: 100 })).items.map((one) => one.id)
  return found ?? byId('deployment', text, () => client.deployments.get({ id: text }), ids)
}

export async function findRelease(client: Client, text: string): Promise<Release> {
  const found = await byNumber('release', text, (query) => client.releases.list(query))
  const ids = async (): Promise<string[]> => (await client.releases.list({ limit: 100 })).items.map((one) => one.id)
  return found ?? byId('release', text, () => client.releases.get({ id: text }), ids)
}

export const findBackup = (client: Client, id: string): Promise<Backup> =>
  byId(
    'backup',
    id,
    () => client.backups.get({ id }),
    async () => (await client.backups.list({ limit: 200 })).items.map((one) => one.id),
  )

export const configNames = async (client: Client): Promise<string[]> =>
  (await client.configs.list({ limit: 1000 })).items.map((one) => one.name)

export const findConfig = (client: Client, name: string): Promise<ConfigSet> =>
  withNearest(
    'config',
    name,
    () => configNames(client),
    () => client.configs.get({ id: name }),
  )

export const findCertificate = (client: Client, name: string): Promise<Certificate> =>
  withNearest(
    'certificate',
    name,
    async () => (await client.certificates.list({ limit: 1000 })).items.map((one) => one.name),
    () => client.certificates.get({ id: name }),
  )

function called<T extends { id: string; name: string }>(kind: string, name: string, items: readonly T[]): T {
  const found = items.find((one) => one.id === name) ?? items.find((one) => one.name === name)
  if (found) return found
  throw nothingCalled(
    kind,
    name,
    items.map((one) => one.name),
  )
}

/** By id, by name, or by `name/environment` where a manifest has it in several. */
export async function findTrigger(client: Client, name: string): Promise<Trigger> {
  const { items } = await client.triggers.list({ limit: 1000 })
  const inFull = (one: Trigger): string => `${one.name}/${one.action.environment ?? ''}`
  const same = items.filter((one) => one.id !== name && (one.name === name || inFull(one) === name))
  if (same.length > 1)
    throw usage(`There are ${same.length} triggers ${name}. Name one in full: ${same.map(inFull).join(', ')}.`)
  return same[0] ?? called('trigger', name, items)
}
export const findNotification = async (client: Client, name: string): Promise<NotificationChannel> =>
  called('notification', name, (await client.notifications.list({ limit: 1000 })).items)

const finders: Partial<Record<Named, (client: Client, name: string) => Promise<{ id: string }>>> = {
  deployment: findDeployment,
  release: findRelease,
  backup: findBackup,
  config: findConfig,
  certificate: findCertificate,
  trigger: findTrigger,
  notification: findNotification,
  registry: findRegistry,
}

/** Whatever an argument of a derived command names, as the thing that the server knows. */
export async function findNamed(client: Client, kind: Named, name: string): Promise<{ id: string }> {
  return (await finders[kind]?.(client, name)) ?? { id: name }
}
