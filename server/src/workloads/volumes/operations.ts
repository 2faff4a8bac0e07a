import type { Readable } from 'node:stream'
import { Failure, type Volume, type volumes } from '@wheelhouse/contract'
import type { Files, VolumeSpec } from '@wheelhouse/driver'
import {
  type CallContext,
  type Caller,
  type Handlers,
  paged,
  requirePermission,
  shownJob,
  requireAgreed,
} from '../../dispatch/index.ts'
import { allowanceOf, refuseOrTell, volumeReasons } from '../../inventory/policies/index.ts'
import type { CloneData } from './clone.ts'
import { listFiles, plainPath, readText, writeText } from './files.ts'
import { chooseUnused, fileRemovalPlan, prunePlan, type Pruned, removalPlan } from './plans.ts'
import { readAhead } from './read-ahead.ts'
import { restoreTar } from './restore.ts'
import { requireVolumes, type VolumeRoom, volumesOf } from './room.ts'
import { findVolume, listVolumes, maskOptions, noVolume } from './view.ts'

/** The mirror follows within milliseconds; this long a call waits for it, so that what is read next shows the result. */
const mirrorMs = 2000
const countMs = 5000

export function volumeHandlers(room: VolumeRoom): Handlers<typeof volumes> {
  const { registry, sizes, announce } = room
  const nameOf = (targetId: string): string => registry.mirror(targetId).record.name
  const one = (target: string, name: string, caller: Caller): Volume => {
    requireVolumes(registry, target)
    const found = findVolume(registry, target, name, sizes, caller)
    if (!found) throw noVolume(name, nameOf(target))
    return found
  }
  const filesOf = (target: string, name: string): Files => {
    const port = volumesOf(registry, target)
    if (!registry.mirror(target).connection.capabilities.has('files')) {
      throw new Failure('CAPABILITY_MISSING', `${nameOf(target)} does not let us into its volumes.`, {
        capability: 'files',
      })
    }
    // A name that is not known goes to no engine.
    if (!registry.mirror(target).volumes.some((volume) => volume.name === name)) throw noVolume(name, nameOf(target))
    return port.files(name)
  }
  const shown = (target: string, look: () => Volume | null, context: CallContext): Promise<Volume | null> =>
    registry.whenResources(target, look, mirrorMs, context.signal)
  const gone = async (target: string, names: readonly string[], context: CallContext): Promise<void> => {
    const none = (): true | null =>
      registry.mirror(target).volumes.some((volume) => names.includes(volume.name)) ? null : true
    await registry.whenResources(target, none, mirrorMs, context.signal)
  }
  const unused = async (target: string, all: boolean, signal: AbortSignal): Promise<Pruned> =>
    chooseUnused(await volumesOf(registry, target).list(signal), all)
  const resource = (target: string, name: string): string => `volume:${target}:${name}`

  return {
    list: async (input, { caller }) => paged(listVolumes(registry, input, sizes, caller), input),

    get: async ({ target, name }, { caller }) => one(target, name, caller),

    create: async (input, context) => {
      const { target, name } = input
      const port = volumesOf(registry, target)
      const spec: VolumeSpec = {
        kind: 'volume',
        name,
        stack: '',
        driver: input.driver ?? null,
        options: input.options ?? {},
        labels: input.labels ?? {},
      }
      // A volume may be a folder of the host under another name.
      const rules = room.rulesFor(target)
      refuseOrTell(volumeReasons(spec, rules), 'this volume', allowanceOf(context.caller, target), rules)
      await port.create({ name, driver: spec.driver, options: spec.options, labels: spec.labels })
      context.audit({
        resource: resource(target, name),
        after: { name, driver: spec.driver ?? 'local', options: maskOptions(spec.options), labels: spec.labels },
      })
      announce({
        type: 'volume.created',
        targetId: target,
        actor: context.caller.username,
        message: `The volume ${name} was made on ${nameOf(target)}.`,
        data: { volume: name },
      })
      const row = await shown(target, () => findVolume(registry, target, name, sizes, context.caller), context)
      if (row) return row
      throw new Failure('TIMED_OUT', `${name} was made, but the engine does not list it yet. Look again in a moment.`)
    },

    remove: {
      plan: async ({ target, name }, { caller }) => removalPlan(one(target, name, caller)),
      run: async ({ target, name }, context) => {
        const before = one(target, name, context.caller)
        await volumesOf(registry, target).remove(name)
        context.audit({
          resource: resource(target, name),
          before: { name, driver: before.driver, sizeBytes: before.sizeBytes, labels: before.labels },
        })
        announce({
          type: 'volume.removed',
          targetId: target,
          actor: context.caller.username,
          message: `The volume ${name} was removed from ${before.targetName}.`,
          data: { volume: name },
        })
        await gone(target, [name], context)
        return { ok: true }
      },
    },

    prune: {
      plan: async ({ target, all }, { signal }) => {
        const choice = await unused(target, all ?? false, signal)
        await sizes.refresh(target, countMs)
        return prunePlan(choice, nameOf(target), (name) => sizes.of(target, name))
      },
      run: async ({ target, all, digest }, context) => {
        const choice = await unused(target, all ?? false, context.signal)
        const { go } = choice
        requireAgreed(
          digest,
          prunePlan(choice, nameOf(target), (name) => sizes.of(target, name)),
        )
        const port = volumesOf(registry, target)
        const removed: string[] = []
        let freedBytes = 0
        try {
          for (const { name } of go) {
            const done = await port.remove(name).then(
              () => true,
              (error: unknown) => {
                // Someone has taken it into use, or away, since the list was made.
                if (error instanceof Failure && (error.code === 'STATE_CONFLICT' || error.code === 'NOT_FOUND'))
                  return false
                throw error
              },
            )
            if (!done) continue
            removed.push(name)
            freedBytes += sizes.of(target, name) ?? 0
          }
        } finally {
          context.audit({ resource: `target:${target}`, before: { volumes: removed, freedBytes } })
          if (removed.length > 0) {
            announce({
              type: 'volume.removed',
              targetId: target,
              actor: context.caller.username,
              message: `${removed.length} unused ${removed.length === 1 ? 'volume was' : 'volumes were'} removed from ${nameOf(target)}.`,
              data: { volumes: removed, freedBytes },
            })
          }
        }
        await gone(target, removed, context)
        return { removed, freedBytes }
      },
    },

    clone: async ({ target, name, to, toTarget }, context) => {
      const { caller } = context
      const original = one(target, name, caller)
      const toTargetId = toTarget === undefined ? target : registry.findTarget(toTarget)?.id
      const hidden = (): Failure => new Failure('NOT_FOUND', `There is no target "${toTarget}".`, { kind: 'target' })
      if (toTargetId === undefined) throw hidden()
      requirePermission(caller, 'volumes.manage', { targetId: toTargetId })
      // There the files may be read by others than here.
      if (toTargetId !== target) requirePermission(caller, 'files.read', { targetId: target })
      volumesOf(registry, toTargetId)
      if (registry.mirror(toTargetId).volumes.some((volume) => volume.name === to)) {
        throw new Failure('CONFLICT', `There is a volume "${to}" already. Choose another name.`, { field: 'to' })
      }
      context.audit({ resource: resource(toTargetId, to), after: { copyOf: original.id } })
      const data: CloneData = { targetId: target, name, toTargetId, to, by: caller.username }
      const title = `Copy the volume ${name} to ${to}`
      const options = { title, requestedBy: caller.username, key: `volume:${toTargetId}:${to}` }
      return shownJob(await room.jobs.enqueue('volumes.clone', data, options))
    },

    save: async function* ({ target, name, path }, { exchange, signal }) {
      const place = plainPath(path ?? '/')
      const stream = await filesOf(target, name).archive(place, signal)
      exchange.download(`${place === '/' ? name : place.slice(place.lastIndexOf('/') + 1)}.tar`, 'application/x-tar')
      yield* readAhead(stream, room.workFolder)
    },

    restore: async ({ target, name, path, empty }, context, body: Readable) => {
      const place = plainPath(path ?? '/')
      const volume = one(target, name, context.caller)
      const files = filesOf(target, name)
      const { workFolder } = room
      const whole = path === undefined
      await restoreTar({ files, volume, path: place, whole, empty: empty ?? false, workFolder }, body, context.signal)
      context.audit({ resource: resource(target, name), after: { restored: place, emptied: empty ?? false } })
      announce({
        type: 'volume.restored',
        targetId: target,
        actor: context.caller.username,
        message: `Files were put into ${place === '/' ? '' : `${place} of `}the volume ${name} on ${volume.targetName}.`,
        data: { volume: name, path: place },
      })
      return { ok: true }
    },

    files: ({ target, name, path }, { signal }) => listFiles(filesOf(target, name), path, signal),

    readFile: ({ target, name, path }, { signal }) => readText(filesOf(target, name), path, signal),

    writeFile: async ({ target, name, ...written }, context) => {
      const file = await writeText(filesOf(target, name), `${target}:${name}`, written, context.signal)
      const { path, sizeBytes, mode } = file
      context.audit({ resource: resource(target, name), after: { path, sizeBytes, mode } })
      announce({
        type: 'file.written',
        targetId: target,
        actor: context.caller.username,
        message: `${path} was written in the volume ${name} on ${nameOf(target)}.`,
        data: { volume: name, path, sizeBytes },
      })
      return file
    },

    removeFile: {
      plan: async ({ target, name, path }) => {
        volumesOf(registry, target)
        return fileRemovalPlan(name, plainPath(path))
      },
      run: async ({ target, name, path }, context) => {
        const place = plainPath(path)
        await filesOf(target, name).remove(place, context.signal)
        context.audit({ resource: resource(target, name), before: { path: place } })
        return { ok: true }
      },
    },
  }
}
