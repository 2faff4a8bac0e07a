import type { Connection, ContainerSpec, DriverLog, TargetOptions } from '@wheelhouse/driver'
import { Recorder } from '@wheelhouse/driver/conformance'
import { where } from '../needs.ts'
import { createDockerDriver } from '@wheelhouse/driver-docker'

const silent = (): void => undefined
const log: DriverLog = { debug: silent, info: silent, warn: silent, error: silent }
export const never = new AbortController().signal

export function openEngine(address: string, tls: TargetOptions['tls'] = null): Connection {
  return createDockerDriver().open({ id: 'test', name: 'test', address, tls }, log)
}

/** A connection to the lab's engine that remembers what it made, with names no other run has. */
export class EngineBench {
  readonly connection: Connection
  readonly recorder = new Recorder()
  readonly #mark = `wh-${Math.random().toString(36).slice(2, 8)}`
  readonly #made: string[] = []
  readonly #abort = new AbortController()
  #watch: Promise<void> = Promise.resolve()
  #count = 0

  constructor(address = where('docker'), tls: TargetOptions['tls'] = null) {
    this.connection = openEngine(address, tls)
  }

  name(word: string): string {
    this.#count += 1
    return `${this.#mark}-${word}-${this.#count}`
  }

  async watch(): Promise<Recorder> {
    this.#watch = this.connection.watch(this.recorder, this.#abort.signal)
    await this.recorder.until('the first snapshot', () => this.recorder.snapshots > 0)
    return this.recorder
  }

  async create(spec: ContainerSpec): Promise<string> {
    const id = await this.connection.create(spec, silent, never)
    this.#made.push(id)
    return id
  }

  async close(): Promise<void> {
    this.#abort.abort()
    await this.#watch
    const gone = { force: true, volumes: true }
    await Promise.all(this.#made.map((id) => this.connection.remove(id, gone).catch(silent)))
    await this.connection.close()
  }
}
