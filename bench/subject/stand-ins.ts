import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Stand-in engines in a process of their own: they answer what an engine answered once, and no engine is behind them. */
export interface StandIns {
  /** Of each, in order. */
  readonly addresses: readonly string[]
  ask(engine: number, method: string, path: string): Promise<IncomingMessage>
  close(): Promise<void>
}

export async function openStandIns(engines: number, containers: number, linesPerS?: number): Promise<StandIns> {
  const folder = mkdtempSync(join(tmpdir(), 'wh-bench-hosts-'))
  const script = join(import.meta.dirname, 'recorded-engines.ts')
  const numbers = [engines, containers, ...(linesPerS === undefined ? [] : [linesPerS])].map(String)
  const child = spawn(process.execPath, [script, folder, ...numbers], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  const agent = new Agent({ keepAlive: true })
  const socketOf = (index: number): string => join(folder, `host-${index}.sock`)
  return {
    addresses: Array.from({ length: engines }, (_, index) => `unix://${socketOf(index)}`),
    ask: (engine, method, path) =>
      new Promise((done, fail) => {
        request({ socketPath: socketOf(engine), agent, method, path }, done)
          .once('error', fail)
          .end()
      }),
    async close() {
      agent.destroy()
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
