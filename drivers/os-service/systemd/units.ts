import { Failure, notFound } from '@wheelhouse/contract'
import { ask, must, type Run, type RunAnswer } from '../runner.ts'
import { environmentFile, readEnvironmentFile } from './environment-file.ts'
import { asked, type Properties, readProperties } from './properties.ts'
import { mark, readMark, unitFile, type UnitRecord } from './unit-file.ts'

/** systemctl takes many units at once; a command line has an end. */
const perCall = 200
const stopSlackMs = 30_000

/** The units whose file we wrote, through `systemctl`. No other unit is shown or touched. */
export class Units {
  readonly #run: Run
  readonly #user: boolean
  readonly folder: string
  #version: number | null = null

  constructor(run: Run, folder: string, user: boolean) {
    this.#run = run
    this.folder = folder
    this.#user = user
  }

  get user(): boolean {
    return this.#user
  }
  get run(): Run {
    return this.#run
  }

  #argv(args: readonly string[]): [string, ...string[]] {
    return ['systemctl', ...(this.#user ? ['--user'] : []), '--no-ask-password', '--no-pager', ...args]
  }
  systemctl(...args: string[]): Promise<string> {
    return must(this.#run, this.#argv(args))
  }
  ask(args: readonly string[], timeoutMs?: number): Promise<RunAnswer> {
    return ask(this.#run, this.#argv(args), undefined, timeoutMs)
  }

  async version(): Promise<number> {
    this.#version ??= Number(/^systemd (\d+)/.exec(await must(this.#run, ['systemctl', '--version']))?.[1] ?? 0)
    return this.#version
  }

  file(name: string): string {
    return `${this.folder}/${name}.service`
  }
  environmentFile(name: string): string {
    return `${this.folder}/${name}.env`
  }

  /** What each of our unit files was made from, by name. */
  async records(): Promise<Map<string, UnitRecord>> {
    // -r does not follow the links in *.wants; a folder that is not there is an empty one.
    const argv = ['grep', '-rsaH', '-m', '1', '--include=*.service', '-e', `^${mark}`, this.folder] as const
    const { stdout } = await ask(this.#run, argv)
    const found = new Map<string, UnitRecord>()
    for (const line of stdout.split('\n')) {
      const record = readMark(line)
      // A copy elsewhere, or under another name, is not the unit that the mark speaks of.
      if (record && line.startsWith(`${this.file(record.name)}:`)) found.set(record.name, record)
    }
    return found
  }

  async record(name: string): Promise<UnitRecord> {
    const record = (await this.records()).get(name)
    if (!record) throw notFound('service', name)
    return record
  }

  async show(names: readonly string[]): Promise<Map<string, Properties>> {
    const found = new Map<string, Properties>()
    for (let start = 0; start < names.length; start += perCall) {
      const units = names.slice(start, start + perCall).map((name) => `${name}.service`)
      const text = await this.systemctl('show', '--timestamp=us+utc', `--property=${asked.join(',')}`, ...units)
      for (const properties of readProperties(text)) {
        const name = properties.Id?.replace(/\.service$/, '')
        if (name !== undefined) found.set(name, properties)
      }
    }
    return found
  }
  async showOne(name: string): Promise<Properties> {
    return (await this.show([name])).get(name) ?? {}
  }

  /** Throws CONFLICT where systemd knows a unit of that name, ours or not. */
  async requireFree(name: string): Promise<void> {
    if ((await this.records()).has(name))
      throw new Failure('CONFLICT', `There is a service "${name}" already. Choose another name.`, { field: 'name' })
    const loaded = await this.systemctl('show', '--property=LoadState', '--value', `${name}.service`)
    if (loaded.trim() !== 'not-found')
      throw new Failure(
        'CONFLICT',
        `systemd has a unit ${name}.service that Wheelhouse did not write. Choose another name.`,
      )
  }

  async write(record: UnitRecord, environment: Readonly<Record<string, string>>): Promise<void> {
    const place = {
      environmentFile: this.environmentFile(record.name),
      user: this.#user,
      version: await this.version(),
    }
    if (this.#user) await must(this.#run, ['mkdir', '-p', this.folder])
    // Through standard input: an argument could be read by everyone on the machine.
    await must(this.#run, ['install', '-m', '0600', '/dev/stdin', place.environmentFile], environmentFile(environment))
    await must(this.#run, ['install', '-m', '0644', '/dev/stdin', this.file(record.name)], unitFile(record, place))
    await this.systemctl('daemon-reload')
  }

  async environment(name: string): Promise<Record<string, string>> {
    const { stdout } = await ask(this.#run, ['cat', this.environmentFile(name)])
    return readEnvironmentFile(stdout)
  }

  async erase(name: string): Promise<void> {
    await this.ask(['disable', `${name}.service`])
    await must(this.#run, ['rm', '-f', this.file(name), this.environmentFile(name)])
    await this.systemctl('daemon-reload')
    await this.ask(['reset-failed', `${name}.service`])
  }

  /** From whatever it was before: an ended unit may still count as active or failed. */
  async start(name: string, enable: boolean): Promise<void> {
    const unit = `${name}.service`
    const { ActiveState } = await this.showOne(name)
    if (ActiveState === 'active') await this.systemctl('stop', unit)
    // Also lets it start again after it ended too often.
    await this.ask(['reset-failed', unit])
    if (enable) await this.systemctl('enable', '--quiet', unit)
    await this.systemctl('start', unit)
  }

  /** Its own signal, then KILL at the deadline to all that is left in its cgroup. */
  async stop(name: string, deadlineMs: number): Promise<void> {
    const unit = `${name}.service`
    const kill = setTimeout(() => void this.ask(['kill', '--signal=SIGKILL', unit]).catch(() => undefined), deadlineMs)
    try {
      const answer = await this.ask(['stop', unit], deadlineMs + stopSlackMs)
      if (answer.exitCode !== 0)
        throw new Failure('TARGET_REFUSED', `systemctl refused: ${answer.stderr.trim().slice(-400)}`)
    } finally {
      clearTimeout(kill)
    }
  }
}
