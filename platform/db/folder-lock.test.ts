import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { spawnStream } from '../exec/index.ts'
import { FolderLocked, lockFolder } from './index.ts'

const root = mkdtempSync(join(tmpdir(), 'folder-lock-'))
afterAll(() => rmSync(root, { recursive: true }))

async function owner(path: string): Promise<{ pid: number; kill: () => Promise<void> }> {
  const door = JSON.stringify(fileURLToPath(new URL('./index.ts', import.meta.url)))
  const code = `import { lockFolder } from ${door}; await lockFolder(${JSON.stringify(path)}); console.log('locked'); setInterval(() => {}, 1000)`
  const program = await spawnStream([process.execPath, '--input-type=module-typescript', '-e', code])
  await program.stdout.take(1).toArray()
  const kill = async () => {
    process.kill(program.pid, 'SIGKILL')
    await program.ended
  }
  return { pid: program.pid, kill }
}

describe('lockFolder', () => {
  it('makes the folder for its owner only, and locks it until it is released', async () => {
    const path = join(root, 'made', 'deep')
    const lock = await lockFolder(path)
    expect(statSync(path).mode & 0o777).toBe(0o700)
    await expect(lockFolder(path)).rejects.toThrow(`another instance (pid ${process.pid})`)
    await lock.release()
    await lock.release()
    await (await lockFolder(path)).release()
  })

  it('names the other process that has it, and is free the moment that one is killed', async () => {
    const path = join(root, 'other')
    const other = await owner(path)
    const refused: unknown = await lockFolder(path).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(FolderLocked)
    expect(refused).toMatchObject({ pid: other.pid })
    await other.kill()
    await (await lockFolder(path)).release()
  })
})
