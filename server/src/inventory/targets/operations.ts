import { randomUUID } from 'node:crypto'
import { Failure, type Plan, type Target, type targets } from '@wheelhouse/contract'
import { callerMay, type Handlers, paged } from '../../dispatch/index.ts'
import type { TargetRecord } from './mirror.ts'
import type { Registry } from './registry.ts'
import type { StoredTarget, TargetStore } from './store.ts'
import { usableSsh } from './ssh-material.ts'
import { usableTls } from './tls-material.ts'

export interface TargetOperationParts {
  readonly registry: Registry
  readonly store: TargetStore
  announce(event: {
    type: 'target.registered' | 'target.updated' | 'target.removed'
    message: string
    targetId: string
    actor: string
  }): unknown
}

function idFor(name: string, taken: (id: string) => boolean): string {
  const slug =
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '') || 'target'
  if (!taken(slug)) return slug
  let n = 2
  while (taken(`${slug}-${n}`)) n++
  return `${slug}-${n}`
}

function removalPlan(target: Target, digest: string): Plan {
  const count = Object.values(target.services).reduce((sum, n) => sum + n, 0)
  return {
    summary: `Forget ${target.name}. Its ${count} services keep running there.`,
    steps: [
      { verb: 'remove', kind: 'target', name: target.name, reasons: ['its address and certificates are deleted here'] },
    ],
    counts: { remove: 1 },
    warnings: [],
    kept: [`${count} services on ${target.name}`],
    digest,
  }
}

export function targetHandlers({ registry, store, announce }: TargetOperationParts): Handlers<typeof targets> {
  const shown = (record: TargetRecord): Target => registry.mirror(record.id).target()
  const find = (reference: string): StoredTarget => {
    const record = registry.findTarget(reference)
    const stored = record && registry.stored(record.id)
    if (!stored) throw new Failure('NOT_FOUND', `There is no target "${reference}".`, { kind: 'target', id: reference })
    return stored
  }
  const own = (stored: StoredTarget): void => {
    if (stored.record.origin === 'registered') return
    throw new Failure(
      'STATE_CONFLICT',
      `${stored.record.name} was found by itself and follows this machine. Register its address under another name to change it.`,
    )
  }
  /** Throws where no connection could ever be made of it, before it is kept. */
  const usable = ({ record, tls, ssh }: StoredTarget): Promise<void> => registry.open(record, { tls, ssh }).close()
  /** What a host shows that is not trusted, or no longer; null where something else is the matter. */
  const strange = async (address: string, error: unknown, signal: AbortSignal) => {
    const about = address.startsWith('ssh://') && error instanceof Failure && /host key/i.test(error.message)
    return about ? [...(await registry.hostKeys(address, signal))] : null
  }
  const free = (name: string, except?: string): void => {
    const other = registry.records().find((record) => record.name === name && record.id !== except)
    if (other)
      throw new Failure('CONFLICT', `There is a target "${name}" already. Choose another name.`, { field: 'name' })
  }

  return {
    list: async (input, { caller }) => {
      const rows = registry
        .targets()
        .filter((target) => callerMay(caller, 'targets.read', { targetId: target.id }))
        .filter(
          (target) =>
            (input.kind === undefined || target.kind === input.kind) &&
            (input.tag === undefined || target.tags.includes(input.tag)) &&
            (input.group === undefined || target.group === input.group),
        )
        .filter(
          (target) =>
            input.q === undefined ||
            `${target.name} ${target.address} ${target.group ?? ''} ${target.tags.join(' ')}`
              .toLowerCase()
              .includes(input.q.toLowerCase()),
        )
      return paged(rows, input)
    },
    get: async ({ id }) => shown(find(id).record),
    register: async (input, { caller, audit }) => {
      free(input.name)
      const record: TargetRecord = {
        id: idFor(input.name, (id) => registry.stored(id) !== null),
        name: input.name,
        kind: 'docker',
        address: input.address,
        tls: input.tls !== undefined,
        group: input.group ?? null,
        tags: input.tags ?? [],
        origin: 'registered',
        createdAt: new Date().toISOString(),
      }
      const stored: StoredTarget = {
        record,
        tls: input.tls ? usableTls(input.tls) : null,
        ssh: input.ssh ? usableSsh(input.ssh) : null,
      }
      await usable(stored)
      await store.insert(stored)
      registry.add(stored)
      audit({ resource: `target:${record.id}`, after: record })
      announce({
        type: 'target.registered',
        targetId: record.id,
        actor: caller.username,
        message: `${record.name} was registered.`,
      })
      return shown(record)
    },
    update: async (input, { caller, audit }) => {
      const before = find(input.id)
      own(before)
      if (input.name !== undefined) free(input.name, before.record.id)
      const tls = input.tls === undefined ? before.tls : input.tls === null ? null : usableTls(input.tls)
      const ssh = input.ssh === undefined ? before.ssh : input.ssh === null ? null : usableSsh(input.ssh)
      const record: TargetRecord = {
        ...before.record,
        name: input.name ?? before.record.name,
        address: input.address ?? before.record.address,
        group: input.group === undefined ? before.record.group : input.group,
        tags: input.tags ?? before.record.tags,
        tls: tls !== null,
      }
      await usable({ record, tls, ssh })
      await store.update({ record, tls, ssh })
      const moved = record.address !== before.record.address || input.tls !== undefined || input.ssh !== undefined
      if (moved) {
        await registry.drop(record.id)
        registry.add({ record, tls, ssh })
      } else registry.mirror(record.id).rename(record)
      audit({ resource: `target:${record.id}`, before: before.record, after: record })
      announce({
        type: 'target.updated',
        targetId: record.id,
        actor: caller.username,
        message: `${record.name} was changed.`,
      })
      return shown(record)
    },
    remove: {
      plan: async ({ id }) => {
        const stored = find(id)
        own(stored)
        return removalPlan(shown(stored.record), stored.record.id)
      },
      run: async ({ id }, { caller, audit }) => {
        const stored = find(id)
        own(stored)
        await store.remove(stored.record.id)
        await registry.drop(stored.record.id)
        audit({ resource: `target:${stored.record.id}`, before: stored.record })
        announce({
          type: 'target.removed',
          targetId: stored.record.id,
          actor: caller.username,
          message: `${stored.record.name} was forgotten.`,
        })
        return { ok: true }
      },
    },
    probe: async (input, { signal }) => {
      const connection = registry.open(
        { id: `probe-${randomUUID()}`, name: 'probe', kind: 'docker', address: input.address },
        { tls: input.tls ? usableTls(input.tls) : null, ssh: input.ssh ? usableSsh(input.ssh) : null },
      )
      const start = performance.now()
      try {
        const engine = await connection.info(signal)
        return { ok: true, reason: null, engine, tookMs: performance.now() - start, hostKeys: null }
      } catch (error) {
        const reason = error instanceof Failure ? error.message : 'it does not answer as a Docker engine does'
        const tookMs = performance.now() - start
        return { ok: false, reason, engine: null, tookMs, hostKeys: await strange(input.address, error, signal) }
      } finally {
        await connection.close()
      }
    },
  }
}
