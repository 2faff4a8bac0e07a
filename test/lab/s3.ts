import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { environment } from './command.ts'
import type { Component } from './component.ts'
import { end, healthy, isAlive, launch } from './daemon.ts'
import { port, subfolder } from './place.ts'

const accessKey = 'labaccess'
const secretKey = 'lab-secret-key'

/** A stand-in for an S3-compatible storage (test/lab/s3-server): no real one is to be had from Debian or npm. */
export const s3: Component = {
  name: 's3',
  async up(memory) {
    const at = port(memory, 's3')
    const program = join(import.meta.dirname, 's3-server/main.ts')
    const args = [program, String(at), subfolder('s3'), accessKey]
    const env = { ...environment, S3_SECRET_KEY: secretKey }
    const daemon = await launch('s3', process.execPath, args, { env })
    await healthy('s3', daemon, () => ping(at))
    return {
      process: daemon,
      variables: { WHEELHOUSE_TEST_S3: `http://${accessKey}:${secretKey}@127.0.0.1:${at}` },
    }
  },
  async down(memory) {
    await end(memory.processes.s3)
    rmSync(subfolder('s3'), { recursive: true })
  },
  async answers(memory) {
    if (!isAlive(memory.processes.s3)) return false
    return ping(port(memory, 's3')).then(
      () => true,
      () => false,
    )
  },
}

async function ping(at: number): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${at}/`, { signal: AbortSignal.timeout(2_000) })
  if (answer.status !== 403) throw new Error(`status ${answer.status}`) // nobody signed
}
