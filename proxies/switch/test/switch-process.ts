import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSwitch, type Switch, switchProgram } from '../client.ts'

/** The real program on a folder of its own. */
export class SwitchProcess {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'wh-switch-'))
  readonly proxy: Switch = this.controlPlane()
  #process: ChildProcess | null = null
  output = ''
  starts = 0

  controlPlane(): Switch {
    return createSwitch({ stateFolder: this.folder, start: () => this.start() })
  }

  async start(): Promise<void> {
    this.starts++
    const child = spawn(process.execPath, [switchProgram, '--state', this.folder], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    this.#process = child
    child.stderr.on('data', (chunk: Buffer) => (this.output += chunk.toString()))
    await once(child, 'spawn')
  }

  /** Ends the program and answers its exit code; null when the signal did it. */
  async signal(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#process
    if (child === null || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null
    const gone = once(child, 'exit')
    child.kill(signal)
    const [code] = (await gone) as [number | null]
    return code
  }

  async restart(): Promise<void> {
    await this.signal('SIGKILL')
    await this.start()
    while ((await this.proxy.status()) === null) await new Promise((done) => setTimeout(done, 20))
  }

  async close(): Promise<void> {
    await this.signal('SIGKILL')
    // One that another control plane started is nobody's child here.
    const status = await this.proxy.status().catch(() => null)
    if (status !== null) process.kill(status.pid, 'SIGKILL')
    rmSync(this.folder, { recursive: true, force: true })
  }
}
