import { randomUUID } from 'node:crypto'
import { Failure, notFound, type stackSources } from '@wheelhouse/contract'
import { isUniqueViolation } from '@wheelhouse/platform/db'
import { randomToken } from '@wheelhouse/platform/secrets'
import { type Caller, callerMay, type Handlers, paged, requirePermission, shownJob } from '../../dispatch/index.ts'
import { credentialsFor } from './credential.ts'
import { requireBuilder, withImages } from './build/build-images.ts'
import { fetchStack, withRepository } from './fetched.ts'
import { readGitAddress, requireBranch, requireRepositoryPath } from './git/git-address.ts'
import { receive } from './receive.ts'
import type { SourceRoom } from './room.ts'
import type { SourceRecord } from './store.ts'
import { ownerOf, startSync } from './sync.ts'
import { shownSource } from './view.ts'

const usualPollSeconds = 300

/** It acts for whoever set it up, and never for more than the token they came with. */
function actsFor(caller: Caller): Pick<SourceRecord, 'ownerId' | 'ownerToken' | 'owner'> {
  if (caller.userId === null)
    throw new Failure(
      'FORBIDDEN',
      'A stack follows a repository for a person. Sign in, or use an API token of a person.',
    )
  return { ownerId: caller.userId, ownerToken: caller.tokenId ?? null, owner: caller.username }
}

export function sourceHandlers(room: SourceRoom): Handlers<typeof stackSources> {
  const shown = (record: SourceRecord) => {
    const target = room.stacks.targets().find(({ id }) => id === record.targetId)
    return shownSource(record, target?.name ?? record.targetId)
  }
  const mayRead = (caller: Caller, { targetId }: Pick<SourceRecord, 'targetId'>): boolean =>
    callerMay(caller, 'stacks.read', { targetId })
  /** By id, or by the name of the stack where one of those that may be seen has it. */
  const seen = async (id: string, caller: Caller): Promise<SourceRecord> => {
    const all = (await room.store.list()).filter((record) => mayRead(caller, record))
    const named = all.filter(({ stack }) => stack === id)
    const found = all.find((record) => record.id === id) ?? (named.length === 1 ? named[0] : undefined)
    if (!found) throw notFound('source', id)
    return found
  }
  const changeable = async (id: string, caller: Caller): Promise<SourceRecord> => {
    const source = await seen(id, caller)
    requirePermission(caller, 'stacks.apply', { targetId: source.targetId })
    return source
  }
  /** Asks the repository before anything is kept, so that what cannot work is told at once. */
  const tried = async (record: SourceRecord, caller: Caller, signal: AbortSignal): Promise<SourceRecord> =>
    withRepository(room, record, signal, async (repository) => {
      const { commit, asked, images } = await fetchStack(room, repository, record)
      await room.stacks.prepare(asked, caller)
      requireBuilder(room, record, images, caller)
      return { ...record, commit }
    })
  const next = (pollSeconds: number | null): number | null =>
    pollSeconds === null ? null : room.now() + pollSeconds * 1000

  return {
    list: async (input, { caller }) => {
      const q = input.q?.toLowerCase()
      const all = (await room.store.list()).filter(
        (record) =>
          mayRead(caller, record) && (q === undefined || `${record.stack} ${record.url}`.toLowerCase().includes(q)),
      )
      return paged(all.map(shown), input)
    },

    get: async ({ id }, { caller }) => shown(await seen(id, caller)),

    connect: async (input, { caller, audit, signal }) => {
      const target = room.stacks.target(input.target)
      requirePermission(caller, 'stacks.apply', { targetId: target.id })
      const address = readGitAddress(input.url)
      const pollSeconds = input.pollSeconds === undefined ? usualPollSeconds : input.pollSeconds
      const { hidden, hostKeys } = credentialsFor(address, input, null)
      const hookSecret = input.webhook === true ? randomToken(32) : null
      const id = `${target.id}:${input.name}`
      const there = (): Failure =>
        new Failure(
          'CONFLICT',
          `${input.name} on ${target.name} follows a repository already. Change or disconnect it.`,
        )
      if (await room.store.find(id)) throw there()
      const record: SourceRecord = {
        id,
        stack: input.name,
        targetId: target.id,
        url: address.url,
        branch: requireBranch(input.branch ?? 'main'),
        path: requireRepositoryPath(input.path ?? 'compose.yaml'),
        directory: input.directory ?? null,
        hostKeys,
        hidden: { ...hidden, ...(hookSecret === null ? {} : { hookSecret }) },
        hookId: hookSecret === null ? null : randomUUID(),
        pollSeconds,
        nextPollAt: next(pollSeconds),
        commit: null,
        triedCommit: null,
        appliedCommit: null,
        lastSyncAt: null,
        lastResult: null,
        lastError: null,
        ...actsFor(caller),
        createdAt: room.now(),
      }
      const whole = await tried(record, caller, signal)
      await room.store.insert(whole).catch((error: unknown) => {
        throw isUniqueViolation(error) ? there() : error
      })
      const view = shown(whole)
      audit({ resource: `stack-source:${id}`, after: view })
      return { ...view, hookSecret }
    },

    update: async ({ id, ...input }, { caller, audit, signal }) => {
      const before = await changeable(id, caller)
      const address = readGitAddress(before.url)
      const { hidden, hostKeys } = credentialsFor(address, input, before)
      const { hookSecret: old, ...rest } = hidden
      const hookSecret = input.webhook === true ? randomToken(32) : null
      const keptHook = input.webhook === undefined
      const pollSeconds = input.pollSeconds === undefined ? before.pollSeconds : input.pollSeconds
      const record: SourceRecord = {
        ...before,
        branch: input.branch === undefined ? before.branch : requireBranch(input.branch),
        path: input.path === undefined ? before.path : requireRepositoryPath(input.path),
        directory: input.directory === undefined ? before.directory : input.directory || null,
        hostKeys,
        hidden: {
          ...rest,
          ...(keptHook && old !== undefined ? { hookSecret: old } : {}),
          ...(hookSecret === null ? {} : { hookSecret }),
        },
        hookId: keptHook ? before.hookId : hookSecret === null ? null : (before.hookId ?? randomUUID()),
        pollSeconds,
        nextPollAt: next(pollSeconds),
        // Under other settings the same commit may come to something else.
        triedCommit: null,
        ...actsFor(caller),
      }
      const whole = await tried(record, caller, signal)
      await room.store.replace(whole)
      const view = shown(whole)
      audit({ resource: `stack-source:${before.id}`, before: shown(before), after: view })
      return { ...view, hookSecret }
    },

    sync: {
      plan: async ({ id }, { caller, signal }) => {
        const source = await changeable(id, caller)
        const owner = await ownerOf(room, source, caller.userAgent)
        return withRepository(room, source, signal, async (repository) => {
          const { asked, commit, images } = await fetchStack(room, repository, source)
          const { plan: ofStack } = await room.stacks.prepare(asked, owner)
          requireBuilder(room, source, images, owner)
          const plan = await withImages(room, source, images, ofStack)
          return { ...plan, summary: `${plan.summary} From ${commit.hash.slice(0, 10)}: ${commit.message}` }
        })
      },
      run: async ({ id, digest }, { caller, audit }) => {
        const source = await changeable(id, caller)
        await ownerOf(room, source, caller.userAgent)
        audit({ resource: `stack-source:${source.id}`, after: { url: source.url, branch: source.branch } })
        return shownJob(await startSync(room, source, { by: 'person', digest: digest ?? null }, caller.username))
      },
    },

    disconnect: async ({ id }, { caller, audit }) => {
      const source = await changeable(id, caller)
      await room.store.remove(source.id)
      audit({ resource: `stack-source:${source.id}`, before: shown(source) })
      return { ok: true as const }
    },

    receive: receive(room),
  }
}
