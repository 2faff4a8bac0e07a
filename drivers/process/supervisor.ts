import { join } from 'node:path'
import { Failure, notFound } from '@wheelhouse/contract'
import type { DriverLog, ObservedService, Observer, Occurrence, ProcessSpec } from '@wheelhouse/driver'
import { HostMeter, hostInfo } from './host.ts'
import { listFolders, newRecord, ServiceFolder } from './record.ts'
import { type Listener, SupervisedService } from './service.ts'
import { installShim } from './shim.ts'

const tickMs = 1000

/** All services of one state folder. */
export class Supervisor implements Listener {
  readonly log: DriverLog
  shim = ''
  readonly #folder: string
  readonly #usageMs: number
  readonly #services = new Map<string, SupervisedService>()
  readonly #creating = new Set<string>()
  readonly #observers = new Set<Observer>()
  readonly #host: HostMeter
  #tick: NodeJS.Timeout | null = null
  #usage: NodeJS.Timeout | null = null

  constructor(folder: string, usageMs: number, log: DriverLog) {
    this.#folder = folder
    this.#usageMs = usageMs
    this.log = log
    this.#host = new HostMeter(folder)
  }

  async open(): Promise<void> {
    const names = await listFolders(join(this.#folder, 'services'))
    this.shim = await installShim(this.#folder)
    await Promise.all(names.map((name) => this.#load(name)))
    this.#tick = setInterval(() => {
      for (const service of this.#services.values()) service.check()
    }, tickMs)
    this.#tick.unref()
    this.#usage = setInterval(() => void this.#tellUsage(), this.#usageMs)
    this.#usage.unref()
  }

  async #load(name: string): Promise<void> {
    const folder = this.#folderOf(name)
    const loaded = await folder.load()
    if (loaded === null) {
      this.log.warn({ service: name }, 'has no readable spec.json and is left alone')
      return
    }
    const service = new SupervisedService(loaded.spec, loaded.record, folder, this)
    this.#services.set(name, service)
    await service.open().catch((error: unknown) => this.log.error({ service: name, error }, 'could not be taken up'))
  }

  #folderOf(name: string): ServiceFolder {
    return new ServiceFolder(join(this.#folder, 'services', name))
  }

  get(name: string): SupervisedService {
    const service = this.#services.get(name)
    if (!service) throw notFound('service', name)
    return service
  }

  has(name: string): boolean {
    return this.#services.has(name)
  }

  async create(spec: ProcessSpec): Promise<string> {
    const called = [...this.#services.values()].some((service) => service.observed.name === spec.name)
    if (called || this.#services.has(spec.name) || this.#creating.has(spec.name)) {
      throw new Failure(
        'CONFLICT',
        `A service named ${spec.name} exists on this machine. Remove it first, or take another name.`,
      )
    }
    this.#creating.add(spec.name)
    try {
      const folder = this.#folderOf(spec.name)
      const record = newRecord(new Date().toISOString())
      await folder.create(spec, record)
      const service = new SupervisedService(spec, record, folder, this)
      await service.open()
      this.#services.set(spec.name, service)
      // A program that cannot be started is a failed service with a reason, and is tried again by its policy.
      await service.start().catch((error: unknown) => {
        if (!(error instanceof Failure && error.code === 'TARGET_REFUSED')) throw error
      })
      return spec.name
    } finally {
      this.#creating.delete(spec.name)
    }
  }

  /** People call it so from now on; its identity and its folder keep the name it was made under. */
  async rename(nativeId: string, name: string): Promise<void> {
    const service = this.get(nativeId)
    if (!/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,99}$/.test(name))
      throw new Failure('VALIDATION_FAILED', `"${name}" is no name. Use letters, digits, dots, dashes and underscores.`)
    if (service.observed.name === name) return
    if ([...this.#services.values()].some((other) => other !== service && other.observed.name === name))
      throw new Failure('CONFLICT', `A service named ${name} exists on this machine. Take another name.`)
    const before = service.observed.name
    await service.rename(name)
    this.occurred({
      type: 'service.renamed',
      nativeId,
      at: new Date().toISOString(),
      severity: 'info',
      message: `${before} is called ${name} now.`,
      data: { before, name },
    })
  }

  async remove(name: string, force: boolean): Promise<void> {
    await this.get(name).remove(force)
    this.#services.delete(name)
    for (const observer of this.#observers) observer.gone(name)
  }

  observe(observer: Observer): void {
    observer.connected(hostInfo())
    observer.snapshot([...this.#services.values()].map((service) => service.observed))
    this.#observers.add(observer)
    void this.#tellUsage()
  }

  ignore(observer: Observer): void {
    this.#observers.delete(observer)
  }

  changed(service: ObservedService): void {
    if (!this.#services.has(service.nativeId)) return
    for (const observer of this.#observers) observer.changed(service)
  }

  occurred(occurrence: Occurrence): void {
    for (const observer of this.#observers) observer.occurred(occurrence)
  }

  async #tellUsage(): Promise<void> {
    if (this.#observers.size === 0) return
    const usage = await this.#host.read()
    for (const observer of this.#observers) observer.usage(usage)
  }

  /** The services run on. */
  async close(): Promise<void> {
    if (this.#tick) clearInterval(this.#tick)
    if (this.#usage) clearInterval(this.#usage)
    const services = [...this.#services.values()]
    await Promise.all(services.map((service) => service.settleDown(2000)))
    await Promise.all(services.map((service) => service.close()))
    this.#services.clear()
    this.#observers.clear()
  }
}
