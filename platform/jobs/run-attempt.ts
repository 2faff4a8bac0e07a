import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '../log/index.ts'
import { JobFailed, JobStopped, interruptedMessage, jobError } from './job-error.ts'
import { now } from './job-record.ts'
import type { JobContext, JobHandler, JobRecord, JobStepRecord } from './jobs.ts'
import type { LiveJob } from './live-job.ts'

const HEARTBEAT_MS = 5000
const STOP_GRACE_MS = 5000

/** Runs a job once and writes down how it ended. True when it is queued again for another attempt. */
export async function runAttempt(
  live: LiveJob,
  handler: JobHandler,
  stop: AbortController,
  log: Log,
): Promise<boolean> {
  const started = live.record
  const attempt = started.attempt + 1
  const at = now()
  await live.change({
    state: 'running',
    attempt,
    startedAt: started.startedAt ?? at,
    heartbeatAt: at,
    message: '',
    steps: [],
  })
  const { timeoutMs } = started.policy
  const timeUp = new JobStopped('TIMED_OUT', `It did not end within ${timeoutMs} ms`)
  const timer = timeoutMs === null ? undefined : setTimeout(() => stop.abort(timeUp), timeoutMs)
  const heartbeat = setInterval(() => live.touch({ heartbeatAt: now() }), HEARTBEAT_MS)
  try {
    // A listener added to a signal that has fired already hears nothing.
    stop.signal.throwIfAborted()
    const result = await untilStopped(handler(live.record.data, context(live, stop.signal)), stop.signal)
    await live.change({ state: 'succeeded', progress: 1, result: result ?? null, error: null, ...ended() })
    return false
  } catch (error) {
    return await fail(live, error, stop.signal, log)
  } finally {
    clearTimeout(timer)
    clearInterval(heartbeat)
  }
}

/** Once told to stop, the handler has five seconds; then it counts as ended, whatever it still does. */
async function untilStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const stopped = Promise.withResolvers<never>()
  const told = (): void => {
    void delay(STOP_GRACE_MS, undefined, { ref: false }).then(() => stopped.reject(signal.reason))
  }
  if (signal.aborted) told()
  else signal.addEventListener('abort', told, { once: true })
  try {
    const result = await Promise.race([work, stopped.promise])
    signal.throwIfAborted()
    return result
  } finally {
    signal.removeEventListener('abort', told)
  }
}

async function fail(live: LiveJob, error: unknown, signal: AbortSignal, log: Log): Promise<boolean> {
  const { id, kind, attempt, policy } = live.record
  const stopped: unknown = signal.reason
  const kept = error instanceof JobFailed ? { result: error.result } : {}
  if (stopped instanceof JobStopped && stopped.code === 'CANCELLED') {
    await live.change({ state: 'cancelled', message: stopped.message, ...kept, ...ended() })
    return false
  }
  if (stopped instanceof JobStopped && stopped.code === 'INTERRUPTED') {
    await live.change({ ...interrupted(), ...kept })
    return false
  }
  const shown = jobError(stopped ?? error)
  log.warn({ err: stopped ?? error, jobId: id, kind, attempt }, 'a job failed')
  if (attempt >= policy.attempts) {
    await live.change({ state: 'failed', error: shown, message: shown.message, ...kept, ...ended() })
    return false
  }
  const pauseMs = policy.backoffMs * 2 ** (attempt - 1)
  const notBefore = new Date(Date.now() + pauseMs).toISOString()
  const message = `Attempt ${attempt} of ${policy.attempts} failed: ${shown.message}`
  await live.change({ state: 'queued', error: shown, message, heartbeatAt: null, policy: { ...policy, notBefore } })
  return true
}

const ended = () => ({ finishedAt: now(), heartbeatAt: null })

/** What becomes of a job whose owner went away while it ran. */
export function interrupted(): Partial<JobRecord> {
  const error = { errorCode: 'INTERRUPTED', message: interruptedMessage }
  return { state: 'failed', error, message: interruptedMessage, ...ended() }
}

function context(live: LiveJob, signal: AbortSignal): JobContext {
  const startedAt = new Map<string, number>()
  return {
    get job() {
      return live.record
    },
    signal,
    progress(fraction, message) {
      if (live.record.state === 'running') live.touch({ progress: Math.min(1, Math.max(0, fraction)), message })
    },
    step(name, state, message = '') {
      if (live.record.state !== 'running') return
      if (state === 'running') startedAt.set(name, performance.now())
      const since = startedAt.get(name)
      const isOver = state !== 'waiting' && state !== 'running'
      const tookMs = isOver && since !== undefined ? Math.round(performance.now() - since) : null
      const step: JobStepRecord = { name, state, message, tookMs }
      const { steps } = live.record
      const known = steps.some((other) => other.name === name)
      live.touch({ steps: known ? steps.map((other) => (other.name === name ? step : other)) : [...steps, step] })
    },
  }
}
