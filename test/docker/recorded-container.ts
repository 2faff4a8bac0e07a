import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

type Json = Record<string, unknown>
interface Recording {
  readonly version: Json
  readonly info: Json
  readonly listed: Json
  readonly inspected: Json
  readonly stats: Json
  readonly event: Json
}

/** What an engine of Debian answered about one busybox, with its id taken out. */
const text = readFileSync(join(import.meta.dirname, 'recorded-traffic.json'), 'utf8')
export const recording = JSON.parse(text) as Recording

export type Status = 'running' | 'exited' | 'paused'

/** A container that never ran: the recorded answers under an id, a name, an address and a port of its own. */
export class RecordedContainer {
  readonly id: string
  readonly name: string
  readonly #port: number
  readonly #address: string
  status: Status = 'running'
  #startedAt = new Date().toISOString()
  #finishedAt = '0001-01-01T00:00:00Z'

  constructor(engine: string, index: number) {
    this.id = createHash('sha256').update(`${engine}/${index}`).digest('hex')
    this.name = `${engine}-web-${index}`
    this.#port = 20_000 + index
    this.#address = `10.210.${Math.floor(index / 250)}.${(index % 250) + 2}`
  }

  turn(status: Status): void {
    if (status === 'running' && this.status === 'exited') this.#startedAt = new Date().toISOString()
    if (status === 'exited') this.#finishedAt = new Date().toISOString()
    this.status = status
  }

  restart(): void {
    this.turn('exited')
    this.turn('running')
  }

  listed(): Json {
    const { Ports, NetworkSettings, ...rest } = this.#own(recording.listed)
    const up = { running: 'Up 2 minutes', exited: 'Exited (137) 1 second ago', paused: 'Up 2 minutes (Paused)' }
    return {
      ...rest,
      Names: [`/${this.name}`],
      Ports: this.status === 'exited' ? [] : Ports,
      NetworkSettings: this.#addressed(NetworkSettings as Json),
      State: this.status,
      Status: up[this.status],
    }
  }

  inspected(): Json {
    const { State, NetworkSettings, ...rest } = this.#own(recording.inspected)
    const runs = this.status !== 'exited'
    return {
      ...rest,
      Name: `/${this.name}`,
      State: {
        ...(State as Json),
        Status: this.status,
        Running: runs,
        Paused: this.status === 'paused',
        Pid: runs ? 4242 : 0,
        ExitCode: runs ? 0 : 137,
        StartedAt: this.#startedAt,
        FinishedAt: this.#finishedAt,
      },
      NetworkSettings: this.#addressed(NetworkSettings as Json),
    }
  }

  stats(): Json {
    return { ...this.#own(recording.stats), read: new Date().toISOString(), name: `/${this.name}` }
  }

  event(action: string): Json {
    const now = Date.now()
    const event = this.#own(recording.event)
    const { Attributes } = event.Actor as { Attributes: Json }
    return {
      ...event,
      status: action,
      Action: action,
      Actor: { ID: this.id, Attributes: { ...Attributes, name: this.name } },
      time: Math.floor(now / 1000),
      // Unique as those of an engine are: what is told twice at one time counts once.
      timeNano: now * 1_000_000 + Math.floor(Math.random() * 999_999),
    }
  }

  #own(of: Json): Json {
    const own = JSON.stringify(of)
      .replaceAll('ID64', this.id)
      .replaceAll('ID12', this.id.slice(0, 12))
      .replaceAll('18080', String(this.#port))
    return JSON.parse(own) as Json
  }

  #addressed({ Networks, ...rest }: Json): Json {
    const { bridge } = Networks as { bridge: Json }
    return { ...rest, Networks: { bridge: { ...bridge, IPAddress: this.#address } } }
  }
}
