import { type IncomingMessage, request as httpRequest } from 'node:http'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type ErrorCode, Failure } from '@wheelhouse/contract/errors'
import { checkRoute, type Proxy, type Route, type UpstreamStats } from '../proxy/index.ts'
import { controlAddress } from './control-address.ts'
import type { SwitchStatus } from './switchboard.ts'

export interface SwitchSettings {
  /** Absolute; the program makes it, mode 0700. Its routes and its control socket are there. */
  readonly stateFolder: string
  /** Starts the program as a process that outlives this one. Called when nobody answers, never twice at a time. */
  start(): Promise<void>
  /** How long a started program may take until it answers; 15 s when left out. */
  readonly startTimeoutMs?: number
}

export interface Switch extends Proxy {
  readonly kind: 'switch'
  /** Does not start the program: null when it does not run. */
  status(): Promise<SwitchStatus | null>
}

/** The program to start with `--state <folder>`: beside this file, or beside the bundle this file is part of. */
export const switchProgram: string = join(
  import.meta.dirname,
  import.meta.filename.endsWith('.ts') ? 'program.ts' : 'switch.js',
)

/** The built-in reverse proxy, driven over its control socket. */
export function createSwitch(settings: SwitchSettings): Switch {
  const line = new ControlLine(settings)
  const at = (id: string): string => `/routes/${encodeURIComponent(id)}`
  return {
    kind: 'switch',
    features: new Set(['weights', 'drain', 'stats', 'tcp']),
    get: (id) => line.ask<Route | null>('GET', at(id)),
    list: () => line.ask<Route[]>('GET', '/routes'),
    set: async (route) => line.ask<{ gapMs: number }>('PUT', at(checkRoute(route).id), route),
    async drain(id, upstreamId, timeoutMs, signal) {
      const wish = { upstreamId, timeoutMs }
      return (await line.ask<{ active: number }>('POST', `${at(id)}/drain`, wish, signal)).active
    },
    stats: (id) => line.ask<UpstreamStats[]>('GET', `${at(id)}/stats`),
    async remove(id) {
      await line.ask('DELETE', at(id))
    },
    status: () => line.once<SwitchStatus>('GET', '/status'),
  }
}

class ControlLine {
  readonly #settings: SwitchSettings
  #starting: Promise<void> | null = null

  constructor(settings: SwitchSettings) {
    this.#settings = settings
  }

  async ask<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
    for (let round = 0; round < 2; round++) {
      const answer = await this.#send(method, path, body, signal)
      if (answer !== null) return this.#judge(answer) as T
      await this.#start()
    }
    throw this.#silent()
  }

  /** Null when nobody answers. */
  async once<T>(method: string, path: string): Promise<T | null> {
    const answer = await this.#send(method, path)
    return answer === null ? null : (this.#judge(answer) as T)
  }

  #start(): Promise<void> {
    this.#starting ??= this.#startAndWait().finally(() => (this.#starting = null))
    return this.#starting
  }

  async #startAndWait(): Promise<void> {
    await this.#settings.start()
    const deadline = Date.now() + (this.#settings.startTimeoutMs ?? 15_000)
    while (Date.now() < deadline) {
      if ((await this.#send('GET', '/status')) !== null) return
      await pause(50)
    }
    throw this.#silent()
  }

  #silent(): Failure {
    const text = 'The switch does not answer. Look at its log, and see whether it runs.'
    return new Failure('TARGET_UNREACHABLE', text, { stateFolder: this.#settings.stateFolder })
  }

  #judge({ status, text }: Answer): unknown {
    const value = JSON.parse(text) as unknown
    if (status === 200) return value
    const { code, message, details } = value as { code: ErrorCode; message: string; details: Record<string, unknown> }
    throw new Failure(code, message, details)
  }

  /** Null when there is nobody to hear it. Throws TARGET_UNREACHABLE when the connection breaks later: the act may be done. */
  async #send(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Answer | null> {
    const address = await controlAddress(this.#settings.stateFolder).catch(() => null)
    if (address === null) return null
    try {
      return await send(address.path, method, path, body, signal)
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      if (code === 'ENOENT' || code === 'ECONNREFUSED') return null
      if (signal?.aborted) throw error
      throw new Failure('TARGET_UNREACHABLE', `The switch broke off: ${message}. Try again.`, {}, { cause: error })
    } finally {
      await address.close()
    }
  }
}

interface Answer {
  readonly status: number
  /** JSON. */
  readonly text: string
}

function send(socketPath: string, method: string, path: string, body: unknown, signal?: AbortSignal): Promise<Answer> {
  return new Promise((done, fail) => {
    const text = body === undefined ? '' : JSON.stringify(body)
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }
    const heard = (answer: IncomingMessage): void => {
      let heardText = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk: string) => (heardText += chunk))
      answer.on('error', fail)
      answer.on('end', () => {
        done({ status: answer.statusCode ?? 0, text: heardText })
      })
    }
    const options = {
      socketPath,
      method,
      path,
      headers,
      agent: false as const,
      ...(signal === undefined ? {} : { signal }),
    }
    const sent = httpRequest(options, heard)
    sent.on('error', fail)
    sent.end(text)
  })
}
