import { randomUUID } from 'node:crypto'
import { Failure, type NewEvent, notFound, type Plan, type registries, type Registry } from '@wheelhouse/contract'
import { isUniqueViolation } from '@wheelhouse/platform/db'
import { type Handlers, paged, planDigest, requirePermission } from '../../dispatch/index.ts'
import { describeTags, removeImage, repositories, sameImage, tagNames } from './catalogue.ts'
import { RegistryClient, type RegistryDoor } from './client.ts'
import { plainAddress, publicRegistry } from './reference.ts'
import type { RegistryRecord, RegistryStore, Verdict } from './store.ts'

export interface RegistryRoom {
  readonly store: RegistryStore
  readonly now: () => number
  announce(event: NewEvent): unknown
}

const iso = (at: number): string => new Date(at).toISOString()
export const shownRegistry = (record: RegistryRecord): Registry => ({
  ...record,
  checkedAt: record.checkedAt === null ? null : iso(record.checkedAt),
  createdAt: iso(record.createdAt),
})

/** Tries the sign-in. Never throws for what the registry does. */
export async function tryDoor(door: RegistryDoor, now: () => number, signal: AbortSignal): Promise<Verdict> {
  try {
    const { status } = await new RegistryClient(door, signal).ask({ path: '/v2/' })
    if (status === 200) return { state: 'ok', reason: null, checkedAt: now() }
    const reason = `${door.address} answered ${status} where a registry answers 200. Check the address.`
    return { state: 'unreachable', reason, checkedAt: now() }
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const state = error.code === 'TARGET_REFUSED' ? 'refused' : 'unreachable'
    return { state, reason: error.message, checkedAt: now() }
  }
}

export function registryHandlers(room: RegistryRoom): Handlers<typeof registries> {
  const { store, now } = room
  const one = async (id: string): Promise<RegistryRecord> => {
    const record = await store.find(id)
    if (!record) throw notFound('registry', id)
    return record
  }
  const doorOf = async ({ id, address, username, insecure }: RegistryRecord): Promise<RegistryDoor> => ({
    address,
    username,
    password: await store.password(id),
    insecure,
  })
  const clientOf = async (record: RegistryRecord, signal: AbortSignal): Promise<RegistryClient> =>
    new RegistryClient(await doorOf(record), signal)
  const requireUsable = ({ state, reason }: Verdict): void => {
    if (state === 'refused') throw new Failure('TARGET_REFUSED', reason ?? undefined)
    if (state === 'unreachable') throw new Failure('TARGET_UNREACHABLE', reason ?? undefined)
  }
  const taken = (error: unknown): never => {
    if (!isUniqueViolation(error)) throw error
    throw new Failure('CONFLICT', 'A registry of that name or address is there already. Change that one.')
  }
  const changed = (record: RegistryRecord, actor: string, words: string): unknown =>
    room.announce({
      type: 'registry.changed',
      message: `The registry ${record.name} (${record.address}) ${words}.`,
      actor,
      data: { registryId: record.id, address: record.address },
    })

  return {
    list: async ({ q, ...query }, { caller }) => {
      requirePermission(caller, 'registries.read')
      const words = q?.toLowerCase() ?? ''
      const rows = (await store.all()).filter(({ name, address }) => `${name} ${address}`.toLowerCase().includes(words))
      return paged(rows.map(shownRegistry), query)
    },
    add: async ({ name, address, username, password, insecure = false }, { caller, audit, signal }) => {
      requirePermission(caller, 'registries.manage')
      requirePair(username || null, password !== undefined)
      const door = { address: plainAddress(address), username: username || null, password: password ?? null, insecure }
      const verdict = await tryDoor(door, now, signal)
      requireUsable(verdict)
      const record: RegistryRecord = {
        id: randomUUID(),
        name,
        address: door.address,
        username: door.username,
        hasPassword: password !== undefined,
        insecure,
        ...verdict,
        createdAt: now(),
      }
      await store.insert(record, door.password).catch(taken)
      audit({ resource: `registry:${record.id}`, after: shownRegistry(record) })
      changed(record, caller.username, 'was added')
      return shownRegistry(record)
    },
    update: async ({ id, name, username, password, insecure }, { caller, audit, signal }) => {
      requirePermission(caller, 'registries.manage')
      const before = await one(id)
      // A password is for the name it was given with: another name must not try it.
      const forgets = username !== undefined && username !== before.username && password === undefined
      const nextPassword = username === null || username === '' || forgets ? null : password
      const next: RegistryRecord = {
        ...before,
        name: name ?? before.name,
        username: username === undefined ? before.username : username || null,
        hasPassword: nextPassword === undefined ? before.hasPassword : nextPassword !== null,
        insecure: insecure ?? before.insecure,
      }
      requirePair(next.username, next.hasPassword)
      const opens = username !== undefined || password !== undefined || insecure !== undefined
      const plain = nextPassword === undefined ? await store.password(before.id) : nextPassword
      const verdict = opens ? await tryDoor({ ...next, password: plain }, now, signal) : null
      if (verdict) requireUsable(verdict)
      const after = { ...next, ...verdict }
      await store.update(after, nextPassword).catch(taken)
      audit({ resource: `registry:${before.id}`, before: shownRegistry(before), after: shownRegistry(after) })
      changed(after, caller.username, 'was changed')
      return shownRegistry(after)
    },
    remove: {
      plan: async ({ id }, { caller }) => {
        requirePermission(caller, 'registries.manage')
        return removalPlan(await one(id))
      },
      run: async ({ id }, { caller, audit }) => {
        requirePermission(caller, 'registries.manage')
        const record = await one(id)
        await store.remove(record.id)
        audit({ resource: `registry:${record.id}`, before: shownRegistry(record) })
        changed(record, caller.username, 'was forgotten')
        return { ok: true }
      },
    },
    check: async ({ id }, { caller, signal }) => {
      requirePermission(caller, 'registries.read')
      const record = await one(id)
      const verdict = await tryDoor(await doorOf(record), now, signal)
      await store.judge(record.id, verdict)
      return shownRegistry({ ...record, ...verdict })
    },
    repositories: async ({ id, q, ...query }, { caller, signal }) => {
      requirePermission(caller, 'registries.read')
      const record = await one(id)
      const words = q?.toLowerCase() ?? ''
      const found = await repositories(await clientOf(record, signal), record.address)
      const rows = found.filter((name) => name.toLowerCase().includes(words)).map((name) => ({ name }))
      return paged(rows, query)
    },
    tags: async ({ id, repository: asked, q, ...query }, { caller, signal }) => {
      requirePermission(caller, 'registries.read')
      const record = await one(id)
      const client = await clientOf(record, signal)
      const words = q?.toLowerCase() ?? ''
      const repository = asked.includes('/') || record.address !== publicRegistry ? asked : `library/${asked}`
      const found = (await tagNames(client, repository)).filter((tag) => tag.toLowerCase().includes(words))
      const { items, ...rest } = paged(found, query)
      return { ...rest, items: await describeTags(client, repository, items, record.address === publicRegistry) }
    },
    removeTag: {
      plan: async ({ id, repository, tag }, { caller, signal }) => {
        requirePermission(caller, 'registries.manage')
        const record = await one(id)
        const { digest, tags } = await sameImage(await clientOf(record, signal), repository, tag)
        return tagPlan(record, repository, tag, tags, digest)
      },
      run: async ({ id, repository, tag }, { caller, audit, signal }) => {
        requirePermission(caller, 'registries.manage')
        const record = await one(id)
        const client = await clientOf(record, signal)
        const { digest, tags } = await sameImage(client, repository, tag)
        await removeImage(client, repository, digest)
        audit({ resource: `registry:${record.id}`, before: { repository, digest, tags } })
        changed(record, caller.username, `lost ${tags.map((name) => `${repository}:${name}`).join(', ')}`)
        return { ok: true }
      },
    },
  }
}

function requirePair(username: string | null, hasPassword: boolean): void {
  if ((username !== null) === hasPassword) return
  const field = hasPassword ? 'username' : 'password'
  const message = 'is missing. A user name and its password go together'
  throw new Failure('VALIDATION_FAILED', `${field}: ${message}.`, { fields: [{ field, message }] })
}

const removalPlan = (record: RegistryRecord): Plan => ({
  summary: `Forget the registry ${record.name}. Its images stay there.`,
  steps: [{ verb: 'remove', kind: 'tag', name: record.name, reasons: ['its address and password are deleted here'] }],
  counts: { remove: 1 },
  warnings: record.hasPassword ? [`Images of ${record.address} that need a sign-in can no longer be pulled.`] : [],
  kept: [`every image in ${record.address}`],
  digest: record.id,
})

function tagPlan(
  record: RegistryRecord,
  repository: string,
  tag: string,
  tags: readonly string[],
  digest: string,
): Plan {
  const others = tags.filter((name) => name !== tag)
  return {
    summary: `Delete ${repository}:${tag} from ${record.name}.`,
    steps: tags.map((name) => ({
      verb: 'remove' as const,
      kind: 'tag' as const,
      name: `${repository}:${name}`,
      reasons: [name === tag ? digest : `it is the same image as ${tag}`],
    })),
    counts: { remove: tags.length },
    warnings: others.length === 0 ? [] : [`${others.join(', ')} ${others.length === 1 ? 'goes' : 'go'} with it.`],
    kept: [],
    digest: planDigest([digest, tags]),
  }
}
