import { randomBytes } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure, type Plan, type PlanStep } from '@wheelhouse/contract'
import type { JobContext } from '@wheelhouse/platform/jobs'
import { type Caller, countVerbs, requirePermission } from '../../../dispatch/index.ts'
import { contextTar } from '../../deployments/index.ts'
import { BuildSteps } from '../../images/index.ts'
import type { Repository } from '../git/repository.ts'
import type { SourceRoom } from '../room.ts'
import type { SourceRecord } from '../store.ts'
import type { ImageToBuild } from './image-to-build.ts'

type Room = Pick<SourceRoom, 'stacks'>
type Place = Pick<SourceRecord, 'targetId' | 'stack'>

/** Throws FORBIDDEN to those who may not make images there, STACK_INVALID where the target builds none. */
export function requireBuilder(room: Room, { targetId }: Place, images: readonly ImageToBuild[], caller: Caller): void {
  const [first] = images
  if (first === undefined) return
  requirePermission(caller, 'images.manage', { targetId })
  if (room.stacks.connection(targetId).build) return
  throw new Failure(
    'STACK_INVALID',
    `services.${first.build.service}.build: ${room.stacks.target(targetId).name} builds no images. Push one, and name it with image.`,
  )
}

/** The plan of a stack with the images that come before it. */
export async function withImages(
  room: Room,
  { targetId }: Place,
  images: readonly ImageToBuild[],
  plan: Plan,
): Promise<Plan> {
  if (images.length === 0) return plan
  const connection = room.stacks.connection(targetId)
  const first = await Promise.all(
    images.map(async ({ build, tag, context }): Promise<PlanStep> => {
      const there = (await connection.findImage?.(tag)) != null
      const from = `${build.service} is built from ${context === '.' ? 'the repository' : context}`
      return {
        verb: there ? 'keep' : 'create',
        kind: 'image',
        name: tag,
        reasons: [there ? 'it was built before' : from],
      }
    }),
  )
  const steps = [...first, ...plan.steps]
  const warnings = [...plan.warnings, ...images.flatMap(({ told }) => told)]
  return { ...plan, steps, counts: { ...plan.counts, ...countVerbs(steps) }, warnings }
}

/** Builds those that the target does not have, one after the other; what they print is in the steps of the job. Throws TARGET_REFUSED. */
export async function buildImages(
  room: Room,
  { targetId, stack }: Place,
  repository: Pick<Repository, 'folder' | 'writeTree'>,
  images: readonly ImageToBuild[],
  job: JobContext,
): Promise<void> {
  const connection = room.stacks.connection(targetId)
  for (const { build, tag, tree, ignored, told } of images) {
    const { service, inline, target, args, labels, pull, noCache, network, cacheFrom } = build
    if (await connection.findImage?.(tag, job.signal)) {
      job.step(`${service}: image`, 'done', `${tag} was built before`)
      continue
    }
    const steps = new BuildSteps(job, `${service}: `)
    const name = randomBytes(9).toString('hex')
    const folder = join(repository.folder, name)
    const dockerfile = inline === null ? build.dockerfile : `.${name}.dockerfile`
    try {
      for (const line of told) steps.hear(line)
      await repository.writeTree(tree, folder)
      if (inline !== null) await writeFile(join(folder, dockerfile), inline, { flag: 'wx', mode: 0o600 })
      const built = await connection.build!(
        {
          tag,
          dockerfile,
          target,
          args,
          // Not the labels of a service: containers inherit those of their image.
          labels: { ...labels, 'wheelhouse.build.stack': stack, 'wheelhouse.build.app': service },
          pull,
          noCache,
          network,
          cacheFrom,
        },
        contextTar(folder, ignored, dockerfile),
        steps.hear,
        job.signal,
      )
      steps.hear(`${tag} is ${built.id.slice(0, 19)}`)
      steps.end('done')
    } catch (error) {
      steps.end('failed')
      throw error
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
}
