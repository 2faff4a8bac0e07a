import { Failure, type Image, type images, notFound } from '@wheelhouse/contract'
import type { ObservedImage } from '@wheelhouse/driver'
import type { EnqueueOptions } from '@wheelhouse/platform/jobs'
import { type Caller, callerMay, type Handlers, paged, requirePermission } from '../../dispatch/index.ts'
import { wholeName } from '../../inventory/registries/index.ts'
import { type BuildData, keepContext } from './jobs/build.ts'
import { imageJob } from './jobs/job-view.ts'
import type { CopyData } from './jobs/copy.ts'
import type { TransferData } from './jobs/transfer.ts'
import { listImages } from './listing.ts'
import { whenImages } from './mirrored.ts'
import { requireNamedImage } from '../../inventory/policies/index.ts'
import { maskedEnvironment } from './masked-environment.ts'
import { planPrune, runPrune } from './prune.ts'
import { reachImages } from './reach.ts'
import { leaving, type Leaving, nameOf, removalPlan, removeLeaving, requireFree } from './removal.ts'
import type { ImageRoom } from './room.ts'
import { findImage, imagesOn, type RowParts } from './rows.ts'

export function imageHandlers(room: ImageRoom): Handlers<typeof images> {
  const { targets } = room

  /** Rows as the caller may see them, from memory. */
  const rowsFor = async (targetIds: readonly string[], caller: Caller): Promise<Image[]> => {
    const kept = await room.kept.recent()
    const sees: RowParts['sees'] = (permission, place) => callerMay(caller, permission, place)
    return targetIds.flatMap((id) => imagesOn(id, { targets, checks: room.checks, kept, now: new Date(), sees }))
  }
  /** For acts: as the engine has them at this moment; all that uses or keeps an image counts, also what the caller may not see. */
  const wholeRows = async (targetId: string): Promise<Image[]> => {
    const [kept, images] = await Promise.all([room.kept.now(), reachImages(targets, targetId).images.list()])
    return imagesOn(targetId, { targets, checks: room.checks, kept, images, now: new Date(), sees: () => true })
  }

  /** What came a moment ago may not be in the mirror yet; then the engine is asked. */
  async function present(targetId: string, asked: string): Promise<ObservedImage> {
    const mirrored = targets.mirror(targetId).images ?? []
    try {
      return findImage(mirrored, targetId, asked)
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'NOT_FOUND') throw error
      return findImage(await reachImages(targets, targetId).images.list(), targetId, asked)
    }
  }
  async function row(targetId: string, caller: Caller, asked: string): Promise<Image> {
    return findImage(await rowsFor([targetId], caller), targetId, asked)
  }
  const nameTo = (reference: string, field: string): string => {
    if (!reference.includes('@')) return wholeName(reference)
    throw new Failure('VALIDATION_FAILED', `${field}: a digest is given by the registry. Use name or name:tag.`, {
      field,
    })
  }
  const enqueue = async (kind: string, data: Record<string, unknown>, options: EnqueueOptions) =>
    imageJob(await room.jobs.enqueue(kind, data, options))
  const leavingOf = async (target: string, asked: string): Promise<{ left: Leaving; rows: readonly Image[] }> => {
    const rows = await wholeRows(target)
    return { left: leaving(findImage(rows, target, asked), asked, wholeName(asked)), rows }
  }
  const freedBy = async (target: string, left: Leaving, rows: readonly Image[]): Promise<number> =>
    left.whole ? room.sizes.freedBy(reachImages(targets, target).images, rows, new Set([left.image.imageId])) : 0
  const removed = (message: string, targetId: string, caller: Caller, data: Record<string, unknown>): unknown =>
    room.announce({ type: 'image.removed', message, targetId, actor: caller.username, data })

  return {
    list: async (input, { caller }) => {
      const wanted = input.target?.split(',').map((word) => word.trim())
      const records = targets
        .records()
        .filter(({ id }) => callerMay(caller, 'images.read', { targetId: id }))
        .filter(({ id, name }) => wanted === undefined || wanted.includes(id) || wanted.includes(name))
      const rows = await rowsFor(
        records.map(({ id }) => id),
        caller,
      )
      return paged(listImages(rows, input), input)
    },

    get: async ({ target, image }, { caller }) => {
      const { images: facet } = reachImages(targets, target)
      const found = await present(target, image)
      const detail = await facet.detail(found.imageId)
      const shown = await row(target, caller, found.imageId).catch(() => {
        throw notFound('image', image)
      })
      return {
        ...shown,
        ...detail,
        command: [...detail.command],
        entrypoint: [...detail.entrypoint],
        ports: [...detail.ports],
        volumes: [...detail.volumes],
        environment: maskedEnvironment(detail.environment),
        layers: detail.layers.map((layer) => ({ ...layer, tags: [...layer.tags] })),
      }
    },

    pull: async ({ target, image, platform }, { caller, audit }) => {
      const { record } = reachImages(targets, target)
      const reference = wholeName(image)
      requireNamedImage(room.rulesFor(target), caller, target, [reference])
      audit({ resource: `image:${target}:${reference}`, after: { reference, platform: platform ?? null } })
      const data: TransferData = { targetId: target, reference, platform: platform ?? null, by: caller.username }
      return enqueue('images.pull', data, {
        title: `Pull ${reference} to ${record.name}`,
        requestedBy: caller.username,
        key: `image:${target}:${reference}`,
      })
    },

    push: async ({ target, image }, { caller, audit }) => {
      const { record } = reachImages(targets, target)
      const reference = nameTo(image, 'image')
      const found = await present(target, reference)
      audit({ resource: `image:${target}:${reference}`, after: { reference, imageId: found.imageId } })
      const data: TransferData = { targetId: target, reference, platform: null, by: caller.username }
      return enqueue('images.push', data, {
        title: `Push ${reference} from ${record.name}`,
        requestedBy: caller.username,
        key: `image:${target}:${reference}`,
      })
    },

    tag: async ({ target, image, tag }, context) => {
      const { images: facet } = reachImages(targets, target)
      const name = nameTo(tag, 'tag')
      const found = await present(target, image)
      requireNamedImage(room.rulesFor(target), context.caller, target, [...found.tags, ...found.digests])
      await facet.tag(found.imageId, name)
      context.audit({ resource: `image:${target}:${name}`, after: { imageId: found.imageId, tag: name } })
      await whenImages(targets, target, (all) =>
        all.some(({ imageId, tags }) => imageId === found.imageId && tags.includes(name)),
      )
      return row(target, context.caller, found.imageId)
    },

    build: async (input, { caller, audit, signal }, body) => {
      const { record, connection } = reachImages(targets, input.target)
      if (!connection.build)
        throw new Failure('CAPABILITY_MISSING', `${record.name} builds no images.`, { capability: 'build' })
      const tag = nameTo(input.tag, 'tag')
      const args = readArgs(input.args ?? '')
      requireNamedImage(room.rulesFor(input.target), caller, input.target, null)
      const context = await keepContext(room.buildFolder, body, signal)
      audit({ resource: `image:${input.target}:${tag}`, after: { tag, dockerfile: input.dockerfile ?? 'Dockerfile' } })
      const data: BuildData = {
        targetId: input.target,
        tag,
        context,
        dockerfile: input.dockerfile ?? 'Dockerfile',
        stage: input.stage ?? null,
        args,
        pull: input.pull ?? false,
        noCache: input.noCache ?? false,
        by: caller.username,
      }
      return enqueue('images.build', data, { title: `Build ${tag} on ${record.name}`, requestedBy: caller.username })
    },

    remove: {
      plan: async ({ target, image, force = false }) => {
        const { left, rows } = await leavingOf(target, image)
        requireFree(left, force)
        return removalPlan(left, await freedBy(target, left, rows), force)
      },
      run: async ({ target, image, force = false }, { caller, audit }) => {
        const { images: facet, record } = reachImages(targets, target)
        const { left, rows } = await leavingOf(target, image)
        requireFree(left, force)
        const freedBytes = await freedBy(target, left, rows)
        const done = await removeLeaving(facet, left, force)
        const gone = new Set(left.names)
        await whenImages(
          targets,
          target,
          (all) =>
            !all.some(({ imageId, tags }) => done.removed.includes(imageId) || tags.some((tag) => gone.has(tag))),
        )
        const name = left.whole ? nameOf(left.image) : left.names.join(', ')
        audit({ resource: `image:${left.image.id}`, before: { tags: left.image.tags, imageId: left.image.imageId } })
        removed(`${name} was removed from ${record.name}.`, target, caller, { ...done, freedBytes })
        return { ...done, freedBytes: done.removed.length > 0 ? freedBytes : 0 }
      },
    },

    prune: {
      plan: async (input) => planPrune(room, input, await wholeRows(input.target), Date.now()),
      run: async (input, { caller, audit }) => {
        const { record } = reachImages(targets, input.target)
        const done = await runPrune(room, input, await wholeRows(input.target), Date.now())
        audit({
          resource: `target:${input.target}`,
          before: { images: done.removed },
          after: { freedBytes: done.freedBytes },
        })
        if (done.removed.length > 0)
          removed(
            `${done.removed.length} unused ${done.removed.length === 1 ? 'image was' : 'images were'} removed from ${record.name}.`,
            input.target,
            caller,
            done,
          )
        return done
      },
    },

    save: async function* ({ target, images: asked }, { exchange, signal }) {
      const { images: facet } = reachImages(targets, target)
      const names = asked.split(',').map((name) => name.trim())
      const found = await Promise.all(
        names.filter((name) => name !== '').map(async (name) => savedName(await present(target, name), name)),
      )
      if (found.length === 0) throw new Failure('VALIDATION_FAILED', 'images: name at least one.', { field: 'images' })
      const tar = await facet.save(found, signal)
      const file = found.length === 1 ? found[0]!.replace('sha256:', '').slice(0, 100) : `${found.length}-images`
      exchange.download(`${file.replaceAll(/[/:@]/g, '-')}.tar`, 'application/x-tar')
      try {
        for await (const chunk of tar) yield chunk as Uint8Array
      } finally {
        tar.destroy()
      }
    },

    load: async ({ target }, { caller, audit, signal }, body) => {
      const { images: facet, record } = reachImages(targets, target)
      requireNamedImage(room.rulesFor(target), caller, target, null)
      const loaded = [...(await facet.load(body, signal))]
      await whenImages(targets, target, (all) =>
        loaded.every((name) => all.some(({ imageId, tags }) => imageId === name || tags.includes(name))),
      )
      audit({ resource: `target:${target}`, after: { loaded } })
      room.announce({
        type: 'image.pulled',
        message: `${loaded.join(', ')} ${loaded.length === 1 ? 'was' : 'were'} loaded on ${record.name}.`,
        actor: caller.username,
        targetId: target,
        data: { loaded },
      })
      return { loaded }
    },

    copy: async ({ target, image, to: asked }, { caller, audit }) => {
      const other = targets.findTarget(asked)
      if (!other || !callerMay(caller, 'targets.read', { targetId: other.id })) throw notFound('target', asked)
      requirePermission(caller, 'images.manage', { targetId: other.id })
      if (other.id === target) throw new Failure('VALIDATION_FAILED', 'to: name another target.', { field: 'to' })
      const from = reachImages(targets, target)
      reachImages(targets, other.id)
      const found = await present(target, image)
      const name = savedName(found, image)
      requireNamedImage(room.rulesFor(other.id), caller, other.id, [...found.tags, ...found.digests])
      audit({ resource: `image:${other.id}:${name}`, after: { from: target, imageId: found.imageId } })
      const data: CopyData = {
        targetId: target,
        to: other.id,
        images: [name],
        sizeBytes: found.sizeBytes,
        by: caller.username,
      }
      return enqueue('images.copy', data, {
        title: `Copy ${name} from ${from.record.name} to ${other.name}`,
        requestedBy: caller.username,
        key: `image:${other.id}:${name}`,
      })
    },

    checkNewer: async ({ target, timeoutMs }, { caller }) => {
      const targetIds = targets
        .records()
        .map(({ id }) => id)
        .filter((id) => (target === undefined || id === target) && targets.mirror(id).connection.images !== undefined)
        .filter((id) => callerMay(caller, 'images.read', { targetId: id }))
      const where = target === undefined ? 'all engines' : targets.mirror(target).record.name
      return enqueue(
        'images.check-newer',
        { targetIds, ...(target === undefined ? {} : { targetId: target }) },
        {
          title: `Look for newer images of ${where}`,
          requestedBy: caller.username,
          ...(timeoutMs === undefined ? {} : { timeoutMs }),
        },
      )
    },
  }
}

/** The name under which an image is saved, so that it comes back under it; its id where it was asked for by that. */
function savedName(image: ObservedImage, asked: string): string {
  const name = wholeName(asked)
  if (image.tags.includes(name)) return name
  return image.tags[0] ?? image.imageId
}

function readArgs(text: string): Record<string, string> {
  const entries = text
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
    .filter((line) => line.trim() !== '')
    .map((line): [string, string] => {
      const at = line.indexOf('=')
      if (at > 0) return [line.slice(0, at).trim(), line.slice(at + 1)]
      throw new Failure('VALIDATION_FAILED', `args: "${line.slice(0, 40)}" is no NAME=value.`, { field: 'args' })
    })
  return Object.fromEntries(entries)
}
