import type { Occurrence } from '@wheelhouse/driver'
import type { EngineEvent } from './engine-event.ts'
import type { Memory } from './row.ts'
import { ending } from './verdict.ts'

interface Story {
  /** See `Facts.asked`. */
  asked: boolean | null
  /** When a stop signal was sent, in milliseconds; null when none since the start. */
  signalledAt: number | null
  outOfMemory: boolean
  heardAt: string
  /** Times of the ends nobody asked for, in milliseconds, newest last. */
  falls: number[]
  looping: boolean
}

/** HUP is a reload for most; these mean an end. */
const stopSignals: ReadonlySet<string> = new Set(['2', '3', '9', '15', 'SIGINT', 'SIGQUIT', 'SIGKILL', 'SIGTERM'])
/** An end this long after a stop signal is no answer to it any more. */
const answerMs = 5 * 60_000
const loopFalls = 3
const loopWindowMs = 60_000
/** The engine waits at most a minute between restarts, so two quiet minutes end a loop. */
const calmMs = 120_000

/** Remembers what was asked of each container, to tell a stop from a failure, and tells what happened in sentences. */
export class History {
  readonly #stories = new Map<string, Story>()
  readonly #restarting: ReadonlySet<string>

  /** `restarting`: containers that we restart at this moment, whose end and start are one occurrence. */
  constructor(restarting: ReadonlySet<string>) {
    this.#restarting = restarting
  }

  recall(id: string): Memory {
    const story = this.#stories.get(id)
    return {
      asked: story?.asked ?? null,
      outOfMemory: story?.outOfMemory ?? false,
      heardAt: story?.heardAt ?? null,
    }
  }

  forget(id: string): void {
    this.#stories.delete(id)
  }

  hear(event: EngineEvent): Occurrence | null {
    const story = this.#stories.get(event.id) ?? begin(event.at)
    this.#stories.set(event.id, story)
    story.heardAt = event.at
    const time = Date.parse(event.at)
    const quiet = this.#restarting.has(event.id)
    switch (event.action) {
      case 'start':
        Object.assign(story, { asked: null, signalledAt: null, outOfMemory: false })
        if (story.looping && time - (story.falls.at(-1) ?? 0) > calmMs) story.looping = false
        return quiet || story.looping ? null : tell(event, 'service.started', 'info', 'started')
      case 'kill':
        if (stopSignals.has(event.attributes.signal ?? '')) story.signalledAt = time
        return null
      case 'oom':
        story.outOfMemory = true
        return tell(event, 'service.out-of-memory', 'error', 'reached its memory limit and a process of it was killed')
      case 'die':
        return this.#ended(event, story, time, quiet)
      case 'stop':
        story.asked = true
        return null
      case 'restart':
        return tell(event, 'service.restarted', 'info', 'was restarted')
      case 'pause':
        return tell(event, 'service.paused', 'info', 'was paused')
      case 'unpause':
        return tell(event, 'service.resumed', 'info', 'goes on')
      case 'rename': {
        const from = (event.attributes.oldName ?? '').replace(/^\//, '')
        const message = `${from || event.id.slice(0, 12)} is now called ${event.name}.`
        return { ...tell(event, 'service.renamed', 'info', ''), message, data: { from, to: event.name } }
      }
      case 'health_status':
        return health(event)
      default:
        return null
    }
  }

  #ended(event: EngineEvent, story: Story, time: number, quiet: boolean): Occurrence | null {
    const exitCode = Number(event.attributes.exitCode ?? 0)
    story.asked = story.signalledAt !== null && time - story.signalledAt < answerMs
    if (quiet) return null
    if (story.asked) return tell(event, 'service.stopped', 'info', 'was stopped', { exitCode })
    if (exitCode === 0) return tell(event, 'service.stopped', 'info', 'ended by itself with code 0', { exitCode })
    story.falls = [...story.falls.filter((fall) => time - fall < loopWindowMs), time]
    const why = lowerFirst(ending({ exitCode, outOfMemory: story.outOfMemory }))
    const data = { exitCode, outOfMemory: story.outOfMemory }
    if (story.looping) return null
    if (story.falls.length >= loopFalls) {
      story.looping = true
      const falls = story.falls.length
      const words = `failed ${falls} times within a minute: it ${why}`
      return tell(event, 'service.crash-looping', 'error', words, { ...data, falls })
    }
    return tell(event, 'service.failed', 'error', why, data)
  }
}

const begin = (at: string): Story => ({
  asked: null,
  signalledAt: null,
  outOfMemory: false,
  heardAt: at,
  falls: [],
  looping: false,
})

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)

function health(event: EngineEvent): Occurrence | null {
  if (event.detail === 'healthy') return tell(event, 'service.health', 'info', 'is healthy', { health: event.detail })
  if (event.detail !== 'unhealthy') return null
  return tell(event, 'service.health', 'warning', 'is unhealthy: its health check fails', { health: event.detail })
}

function tell(
  event: EngineEvent,
  type: Occurrence['type'],
  severity: Occurrence['severity'],
  words: string,
  data: Occurrence['data'] = {},
): Occurrence {
  return { type, nativeId: event.id, at: event.at, severity, message: `${event.name} ${words}.`, data }
}
