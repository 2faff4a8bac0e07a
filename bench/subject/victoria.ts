import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unpacked } from '../../test/lab/debian.ts'
import { pause } from './house.ts'

const waitMs = 120_000

/** Bytes of all files of a folder. */
export function bytesOf(folder: string): number {
  let sum = 0
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    sum += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0
  }
  return sum
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  return port
}

export interface Victoria {
  readonly url: string
  /** Bytes of all it keeps, merged. */
  bytes(): Promise<number>
  close(): Promise<void>
}

/** VictoriaMetrics as Debian has it, on a folder of its own; null where it is not to be had. */
export async function startVictoria(): Promise<Victoria | null> {
  const root = await unpacked('victoria-metrics', 'bookworm', ['victoria-metrics']).catch(() => null)
  if (root === null) return null
  const folder = mkdtempSync(join(tmpdir(), 'wheelhouse-bench-victoria-'))
  const url = `http://127.0.0.1:${await freePort()}`
  const flags = [`-storageDataPath=${folder}`, `-httpListenAddr=${url.slice(7)}`, '-retentionPeriod=100y']
  const program = spawn(join(root, 'usr/bin/victoria-metrics'), flags, { stdio: 'ignore' })
  const ended = once(program, 'exit')
  const close = async (): Promise<void> => {
    program.kill()
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
  const until = performance.now() + waitMs
  while (
    !(await fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (performance.now() > until || program.exitCode !== null) {
      await close()
      return null
    }
    await pause(100)
  }
  return {
    url,
    close,
    async bytes() {
      await (await fetch(`${url}/internal/force_flush`)).text()
      await (await fetch(`${url}/internal/force_merge`)).text()
      let before = 0
      for (let bytes = bytesOf(folder); bytes !== before; bytes = bytesOf(folder)) {
        before = bytes
        await pause(3000)
      }
      return before
    },
  }
}
