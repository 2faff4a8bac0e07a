import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '@wheelhouse/client'
import type { Job } from '@wheelhouse/contract'
import { Complaint } from '../failure.ts'
import { jobLines, stepLine } from '../presentation/job.ts'
import { structured } from '../presentation/output.ts'
import { duration } from '../presentation/units.ts'
import { LiveBlock } from '../presentation/live-block.ts'
import type { Shell } from '../shell.ts'

const over = (job: Job): boolean => !['queued', 'running'].includes(job.state)

/** In a pipe each step is told once, when it is over. */
function plainSteps(shell: Shell): (job: Job) => void {
  const told = new Set<string>()
  return (job) => {
    for (const [index, step] of job.steps.entries()) {
      const key = `${index}:${step.name}:${step.state}`
      if (step.state === 'waiting' || step.state === 'running' || told.has(key)) continue
      told.add(key)
      shell.say(stepLine(step, shell.talk))
    }
  }
}

function liveSteps(shell: Shell): { show(job: Job): void; end(): void } {
  const block = new LiveBlock(process.stderr)
  shell.signal.addEventListener('abort', () => block.end(), { once: true })
  return { show: (job) => block.draw(jobLines(job, { ...shell.talk, now: Date.now() })), end: () => block.end() }
}

/** The sentence at the end, where it depends on what the job made. */
type Done = string | ((job: Job) => string | Promise<string>)

interface Ending {
  /** What `-o name` prints, also of one that failed in part; the id of the job unless told. */
  readonly names?: (job: Job) => readonly string[]
}

/** Waits for a job and shows its steps. Ctrl-C leaves the job running and says where to find it. */
export async function followJob(
  shell: Shell,
  client: Client,
  started: Job,
  done: Done,
  ending: Ending = {},
): Promise<void> {
  let job = started
  shell.signal.addEventListener('abort', () => shell.say(`The job goes on: wh get jobs ${job.id}`, 'yellow'), {
    once: true,
  })
  const live = process.stderr.isTTY ? liveSteps(shell) : null
  const plain = plainSteps(shell)
  const begun = Date.now()
  for (;;) {
    if (live) live.show(job)
    else plain(job)
    if (over(job)) break
    await sleep(live ? 100 : 200)
    job = await client.jobs.get({ id: job.id })
  }
  live?.end()
  const namesOf = ending.names ?? ((one: Job) => [one.id])
  if (job.state !== 'succeeded') {
    if (shell.globals.output === 'name' && ending.names)
      shell.write(
        namesOf(job)
          .map((name) => `${name}\n`)
          .join(''),
      )
    else await structured(shell, job)
    const why = job.error?.message ?? job.message
    throw new Complaint(
      'failed',
      job.error?.errorCode ?? job.state.toUpperCase(),
      why || `${job.title}: ${job.state}.`,
      [`wh describe job ${job.id} shows each step`],
    )
  }
  if (shell.globals.output === 'name')
    return shell.write(
      namesOf(job)
        .map((name) => `${name}\n`)
        .join(''),
    )
  if (await structured(shell, job)) return
  const said = typeof done === 'string' ? done : await done(job)
  shell.say(`${said} ${duration(Date.now() - begun)}`.trimEnd(), 'green')
}
