import type { BulkResult, Job, Service } from '@wheelhouse/contract'
import { client } from '../api/client.ts'
import { isOver, jobs } from '../api/observation/jobs.ts'
import { wordsFor } from '../api/trouble.ts'
import type { ActInput, ItemResult } from './run.ts'
import type { RunnableAct } from './words.ts'

export type BulkAct = Exclude<RunnableAct, 'rename'>
const mostAtOnce = 1000
const lookMs = 300
/** The job goes on without us: a connection that is away for this many looks in a row is waited for. */
const patience = 100

/** One act on many as a job of the server, so that it goes on when this page is left. Told with each step. */
export async function runBulk(
  act: BulkAct,
  many: readonly Service[],
  input: ActInput,
  onProgress: (done: number, job: Job) => void,
): Promise<ItemResult[]> {
  const results: ItemResult[] = []
  for (let at = 0; at < many.length; at += mostAtOnce) {
    const part = many.slice(at, at + mostAtOnce)
    const { signal, volumes } = input
    const options = { ...(signal ? { signal } : {}), ...(volumes ? { volumes } : {}) }
    try {
      const started = await client.services.bulk({ act, services: part.map(({ id }) => id), ...options })
      const job = await followed(started, (now) => onProgress(results.length + ended(now), now))
      results.push(...itemsOf(job, part))
    } catch (error) {
      const told = wordsFor(error).what
      results.push(...part.map((service) => ({ service, error: told })))
    }
  }
  return results
}

const ended = (job: Job): number => job.steps.filter(({ state }) => state !== 'waiting' && state !== 'running').length

/** Not all who may ask for it hear of jobs on several targets, so it is looked at, and what is seen is shown to the rest of the page. */
async function followed(started: Job, onStep: (job: Job) => void): Promise<Job> {
  let job = started
  let away = 0
  while (!isOver(job)) {
    jobs.set(job)
    onStep(job)
    await new Promise((done) => setTimeout(done, lookMs))
    try {
      job = await client.jobs.get({ id: job.id })
      away = 0
    } catch (error) {
      away += 1
      if (away > patience) throw error
    }
  }
  jobs.set(job)
  return job
}

function itemsOf(job: Job, part: readonly Service[]): ItemResult[] {
  const { services } = (job.result ?? { services: [] }) as Pick<BulkResult, 'services'>
  const byId = new Map(services.map((row) => [row.id, row]))
  const without = job.error?.message ?? `The job was ${job.state}.`
  return part.map((service) => {
    const row = byId.get(service.id)
    const went = row ? row.outcome === 'done' || row.outcome === 'already' : job.state === 'succeeded'
    return { service, error: went ? null : (row?.message ?? without), untried: row?.outcome === 'not-tried' }
  })
}
