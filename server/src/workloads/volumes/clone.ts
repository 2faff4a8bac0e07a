import { Transform } from 'node:stream'
import { Failure } from '@wheelhouse/contract'
import { ownLabels } from '@wheelhouse/driver'
import type { JobContext } from '@wheelhouse/platform/jobs'
import type { VolumeRoom } from './room.ts'
import { volumesOf } from './room.ts'
import { sizeText } from './plans.ts'

export interface CloneData extends Record<string, unknown> {
  readonly targetId: string
  readonly name: string
  readonly toTargetId: string
  readonly to: string
  readonly by: string
}

/** Says whose copy it is, so that the job, run again after a crash, knows the half it left. */
const cloneLabel = 'wheelhouse.clone'
const tellEveryMs = 500

/**
 * Makes a local volume and pours the other into it. Options of the source are not taken over: they may name the very place its files
 * are in. Nothing is left of a copy that failed.
 */
export async function runClone(room: VolumeRoom, data: CloneData, job: JobContext): Promise<Record<string, unknown>> {
  const { targetId, name, toTargetId, to, by } = data
  const [source, target] = [room.registry.connected(targetId), volumesOf(room.registry, toTargetId)]
  const destination = room.registry.connected(toTargetId)
  if (!source.exportVolume || !destination.importVolume) {
    throw new Failure('CAPABILITY_MISSING', 'Volumes of this target cannot be copied.', { capability: 'volumes' })
  }
  const [there, found] = await Promise.all([
    volumesOf(room.registry, targetId).list(job.signal),
    target.list(job.signal),
  ])
  const original = there.find((volume) => volume.name === name)
  if (!original) throw new Failure('NOT_FOUND', `There is no volume "${name}" any more.`, { kind: 'volume', id: name })
  const half = found.find((volume) => volume.name === to)
  if (half && half.labels[cloneLabel] === job.job.id) await target.remove(to)

  job.step('Create', 'running', `Making ${to}`)
  const labels = Object.entries(original.labels).filter(([key]) => !isOwn(key))
  await target.create({
    name: to,
    driver: null,
    options: {},
    labels: { ...Object.fromEntries(labels), [cloneLabel]: job.job.id },
  })
  job.step('Create', 'done', `${to} was made`)
  try {
    job.step('Copy', 'running', `Copying ${name}`)
    const total = room.sizes.of(targetId, name)
    const archive = await source.exportVolume(name, job.signal)
    const counted = counter(total, job)
    archive.on('error', (error) => counted.stream.destroy(error))
    counted.stream.on('close', () => archive.destroy())
    await destination.importVolume(to, archive.pipe(counted.stream), job.signal)
    const said = `${sizeText(counted.bytes())} were copied`
    job.step('Copy', 'done', said)
    job.progress(1, said)
    room.announce({
      type: 'volume.created',
      targetId: toTargetId,
      actor: by,
      message: `The volume ${to} was made, a copy of ${name}.`,
      data: { volume: to, copyOf: `${targetId}:${name}` },
    })
    return { targetId: toTargetId, volume: to, copiedBytes: counted.bytes() }
  } catch (error) {
    await target.remove(to).catch((left: unknown) => {
      room.log.warn({ err: left, volume: to, targetId: toTargetId }, 'the half of a copied volume could not be removed')
    })
    throw error
  }
}

const isOwn = (key: string): boolean =>
  key === ownLabels.stack ||
  key === cloneLabel ||
  key.startsWith('com.docker.compose.') ||
  key === 'com.docker.volume.anonymous'

/** Counts what passes, and tells it a few times a second. */
function counter(total: number | null, job: JobContext): { readonly stream: Transform; bytes(): number } {
  let passed = 0
  let told = 0
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      passed += chunk.length
      if (Date.now() - told > tellEveryMs) {
        told = Date.now()
        const share = total === null || total === 0 ? 0 : Math.min(0.99, passed / total)
        job.progress(share, `${sizeText(passed)}${total === null ? '' : ` of about ${sizeText(total)}`} copied`)
      }
      done(null, chunk)
    },
  })
  return { stream, bytes: () => passed }
}
