import { type Client, Problem } from '@wheelhouse/client'
import type { Service, Stack } from '@wheelhouse/contract'
import { Complaint } from './failure.ts'
import { nearestHint } from './nearest.ts'

interface Named {
  readonly id: string
  readonly name: string
  readonly targetName: string
  readonly state: string
}

export interface Where {
  readonly target?: string | undefined
  readonly stack?: string | undefined
  readonly label?: string | undefined
}

export const nothingCalled = (kind: string, name: string, names: readonly string[]): Complaint =>
  new Complaint(
    'notFound',
    'NOT_FOUND',
    `There is no ${kind} "${name}".${nearestHint(name, names) || ` wh get ${kind}s lists them.`}`,
  )

function only<T extends Named>(kind: string, name: string, found: readonly T[], all: readonly T[]): T {
  const [first, second] = found
  if (!first) throw nothingCalled(kind, name, [...new Set(all.map((one) => one.name))])
  if (!second) return first
  throw new Complaint(
    'conflict',
    'AMBIGUOUS',
    `${found.length} ${kind}s are called "${name}". Use an id, or --target.`,
    found.map((one) => `${one.id}  (${one.state} on ${one.targetName})`),
  )
}

/** How a service may be meant, the surest first: id, name, its name inside a stack, the start of its id on the target. */
function servicesCalled(name: string, all: readonly Service[]): Service[] {
  const rules: ((service: Service) => boolean)[] = [
    (s) => s.id === name,
    (s) => s.name === name,
    (s) => `${s.stack ?? ''}/${s.stackService ?? ''}` === name || `${s.targetName}/${s.name}` === name,
    (s) => s.stackService === name,
    (s) => name.length >= 6 && (s.id.split(':').at(-1) ?? '').startsWith(name),
  ]
  for (const rule of rules) {
    const found = all.filter(rule)
    if (found.length > 0) return found
  }
  return []
}

/** Every service there is, over all pages; `tasks`: also the containers of Swarm tasks beside their services. */
export async function allServices(client: Client, where: Where = {}, tasks = true): Promise<Service[]> {
  const items: Service[] = []
  let cursor: string | undefined
  do {
    const page = await client.services.list({
      limit: 1000,
      sort: 'name',
      tasks,
      ...(where.target ? { target: where.target } : {}),
      ...(where.stack ? { stack: where.stack } : {}),
      ...(where.label ? { label: where.label } : {}),
      ...(cursor ? { cursor } : {}),
    })
    items.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor)
  return items
}

/** The services that were named, in order, each once. */
export async function findServices(client: Client, names: readonly string[], where: Where = {}): Promise<Service[]> {
  const all = await allServices(client, where)
  const found = names.map((name) => {
    const called = servicesCalled(name, all)
    if (called.length > 0) return only('service', name, called, all)
    throw nothingCalled('service', name, [...new Set(all.flatMap((one) => [one.name, one.stackService ?? one.name]))])
  })
  return [...new Map(found.map((service) => [service.id, service])).values()]
}

/** Also the container of a Swarm task, by the task's id or as `service.slot`: only the server knows whose that is. */
export async function findInside(client: Client, name: string, where: Where = {}): Promise<Service> {
  const all = await allServices(client, where)
  const called = servicesCalled(name, all)
  if (called.length > 0) return only('service', name, called, all)
  try {
    return await client.services.get({ id: where.target === undefined ? name : `${where.target}:${name}` })
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'NOT_FOUND') throw error
    throw nothingCalled('service', name, [...new Set(all.flatMap((one) => [one.name, one.stackService ?? one.name]))])
  }
}

export async function findService(client: Client, name: string, where: Where = {}): Promise<Service> {
  const [service] = await findServices(client, [name], where)
  if (!service) throw nothingCalled('service', name, [])
  return service
}

export async function findStack(client: Client, name: string, where: Where = {}): Promise<Stack> {
  const { items } = await client.stacks.list({ limit: 1000, ...(where.target ? { target: where.target } : {}) })
  const byId = items.filter((stack) => stack.id === name)
  return only('stack', name, byId.length > 0 ? byId : items.filter((stack) => stack.name === name), items)
}

/** Targets and users are found by the server itself, by id or name; here the nearest name is added when it found none. */
export async function withNearest<T>(
  kind: string,
  name: string,
  names: () => Promise<string[]>,
  get: () => Promise<T>,
): Promise<T> {
  try {
    return await get()
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'NOT_FOUND') throw error
    throw nothingCalled(kind, name, await names())
  }
}

export const userNames = async (client: Client): Promise<string[]> =>
  (await client.users.list({ limit: 1000 })).items.map((user) => user.username)
export const targetNames = async (client: Client): Promise<string[]> =>
  (await client.targets.list({ limit: 1000 })).items.map((target) => target.name)
