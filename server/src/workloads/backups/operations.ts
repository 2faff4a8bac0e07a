import { type backups, Failure, type Job } from '@wheelhouse/contract'
import { type Caller, type Handlers, paged, requirePermission, shownJob } from '../../dispatch/index.ts'
import { chooseOutdated, cleanUp, heldBack, removeBackup } from './cleanup.ts'
import { planCreate, planRemoval, planRestore } from './plans.ts'
import { partsToRestore, requireQuiet, type RestoreOptions } from './restore/restore.ts'
import type { BackupRoom } from './room.ts'
import type { CreateData, DrillData, RestoreData } from './run.ts'
import { type BackupRecord, backupView } from './store.ts'
import { verifyBackup } from './verify.ts'

export function backupHandlers(room: BackupRoom): Handlers<typeof backups> {
  const { store, jobs } = room
  const enqueue = async (
    kind: 'create' | 'restore' | 'drill',
    data: CreateData | RestoreData | DrillData,
    { title, record, caller }: { title: string; record: BackupRecord; caller: Caller },
  ): Promise<Job> => {
    // Of one stack one after the other: a backup in the middle of a restore would be of neither state.
    const key = `backups:${record.stack}:${record.environment}`
    return shownJob(await jobs.enqueue(`backups.${kind}`, data, { title, requestedBy: caller.username, key }))
  }
  const managed = async (id: string, caller: Caller): Promise<BackupRecord> => {
    requirePermission(caller, 'backups.manage')
    return await store.get(id)
  }
  const planned = async (input: Parameters<BackupRoom['planFor']>[0], caller: Caller) => {
    requirePermission(caller, 'backups.manage')
    return { ...(await room.planFor(input, caller)), createdBy: caller.username }
  }
  const restorable = async (input: { id: string } & RestoreOptions, caller: Caller) => {
    const record = await managed(input.id, caller)
    await requireQuiet(room, record)
    const parts = partsToRestore(record, input)
    if (parts.length === 0) throw new Failure('STATE_CONFLICT', `${record.id} holds nothing else. Skip less.`)
    return { record, parts }
  }
  /** Passwords may have changed since: the manifest of today says how the databases are reached, where it still can. */
  const refresh = async (record: BackupRecord, caller: Caller): Promise<void> => {
    const old = await store.plan(record.id)
    const { directory, environment } = record
    const now = await room.planFor({ directory, environment }, caller).catch((error: unknown) => {
      if (error instanceof Failure && (error.code === 'FORBIDDEN' || error.code === 'POLICY_REFUSED')) throw error
      return null
    })
    if (now === null) return
    const same = (a: { name: string; engine: string }) => (b: { name: string; engine: string }) =>
      a.name === b.name && a.engine === b.engine
    const gone = old.databases.filter((database) => !now.databases.some(same(database)))
    await store.setPlan(record.id, { ...old, databases: [...now.databases, ...gone] })
  }

  return {
    list: async (input, { caller }) => {
      requirePermission(caller, 'backups.read')
      const q = input.q?.toLowerCase()
      const all = (await store.list({ stack: input.stack, environment: input.environment })).filter(
        ({ id, stack, description }) =>
          q === undefined || [id, stack, description].some((text) => text.toLowerCase().includes(q)),
      )
      const page = paged(all, input)
      return { ...page, items: page.items.map(backupView) }
    },

    get: async ({ id }, { caller }) => {
      requirePermission(caller, 'backups.read')
      return backupView(await store.get(id))
    },

    create: {
      plan: async (input, { caller }) => planCreate(await planned(input, caller)),
      run: async (input, context) => {
        const { caller } = context
        const plan = await planned(input, caller)
        const record = await store.reserve(
          { ...plan, description: input.description ?? plan.description },
          room.instance,
        )
        context.audit({ resource: `backup:${record.id}`, after: { stack: record.stack, place: record.place } })
        const title = `Back up ${record.stack} (${record.environment})`
        return await enqueue('create', { backupId: record.id }, { title, record, caller })
      },
    },

    restore: {
      plan: async (input, { caller }) => {
        const { record, parts } = await restorable(input, caller)
        return await planRestore(record, parts)
      },
      run: async (input, context) => {
        const { caller } = context
        const { record, parts } = await restorable(input, caller)
        await refresh(record, caller)
        context.audit({ resource: `backup:${record.id}`, after: { restored: parts.map((part) => part.from) } })
        const title = `Restore ${record.stack} (${record.environment}) from ${record.id}`
        const data = {
          backupId: record.id,
          skipDatabase: input.skipDatabase ?? false,
          skipFiles: input.skipFiles ?? false,
          by: caller.username,
        }
        return await enqueue('restore', data, { title, record, caller })
      },
    },

    verify: async ({ id }, { caller, signal }) => {
      requirePermission(caller, 'backups.read')
      const { ok, checked, problems } = await verifyBackup(room, await store.get(id), signal)
      return { ok, checked, problems: [...problems] }
    },

    drill: async ({ id }, context) => {
      const { caller } = context
      const record = await managed(id, caller)
      if (record.state === 'running' || record.state === 'failed') {
        throw new Failure('STATE_CONFLICT', `The backup ${id} is not complete, so there is nothing to try.`)
      }
      await refresh(record, caller)
      context.audit({ resource: `backup:${id}` })
      const title = `Try the backup ${id} of ${record.stack}`
      return await enqueue('drill', { backupId: id, by: caller.username }, { title, record, caller })
    },

    cleanup: {
      plan: async (input, { caller }) => {
        requirePermission(caller, 'backups.manage')
        const { go, held } = await chooseOutdated(room, input)
        return planRemoval('Remove old backups', go, held)
      },
      run: async (input, context) => {
        requirePermission(context.caller, 'backups.manage')
        const removed = await cleanUp(room, input, context.caller.username)
        context.audit({ resource: 'backups', before: removed })
        return removed
      },
    },

    remove: {
      plan: async ({ id }, { caller }) => {
        const record = await managed(id, caller)
        const why = await heldBack(room, record)
        return planRemoval(`Remove the backup ${id}`, why === null ? [record] : [], why === null ? [] : [record])
      },
      run: async ({ id }, context) => {
        const record = await managed(id, context.caller)
        const why = await heldBack(room, record)
        if (why !== null) throw new Failure('STATE_CONFLICT', `The backup ${id} stays: ${why}.`)
        context.audit({ resource: `backup:${id}`, before: { stack: record.stack, sizeBytes: record.sizeBytes } })
        await removeBackup(room, record, context.caller.username)
        return { removed: [id], freedBytes: record.sizeBytes }
      },
    },
  }
}
