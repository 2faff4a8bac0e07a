import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { codeOf } from '@wheelhouse/driver/conformance'
import { openBench, shell, stateFolder } from './testing.ts'

/** A file system of 2 MB, where we may mount one. */
function smallDisk(): string | null {
  const folder = stateFolder()
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder], { stdio: 'ignore' })
    return folder
  } catch {
    rmSync(folder, { recursive: true })
    return null
  }
}

const disk = smallDisk()

describe.skipIf(disk === null)(disk ? 'a full disk' : 'a full disk [skipped: mounting a small one needs root]', () => {
  test('is told, stops no service and keeps none from being stopped', async () => {
    const folder = join(disk ?? '', 'state')
    mkdirSync(folder)
    const bench = await openBench(folder)
    try {
      await bench.run(shell('quiet', 'exec sleep 1000'))
      await bench.run(shell('chatty', 'trap "" XFSZ; while :; do echo talk talk talk; sleep 0.01; done'))
      const filler = join(disk ?? '', 'filler')
      expect(() => writeFileSync(filler, Buffer.alloc(4_000_000))).toThrow(/ENOSPC/)
      expect(await codeOf(bench.create(shell('more', 'exec sleep 1000')))).toBe('STORAGE_FULL')
      expect(existsSync(join(folder, 'services', 'more'))).toBe(false)
      await bench.connection.stop('quiet', {})
      await bench.recorder.state('quiet', 'stopped')
      expect(await codeOf(bench.connection.start('quiet'))).toBe('STORAGE_FULL')
      expect(bench.recorder.services.get('quiet')).toMatchObject({
        state: 'failed',
        reason: expect.stringMatching(/disk of .* is full/),
      })
      expect(bench.recorder.services.get('chatty')).toMatchObject({ state: 'running' })
      rmSync(filler)
      await bench.connection.start('quiet')
      await bench.recorder.state('quiet', 'running')
      await bench.lines('chatty', (all) => all.length > 5, 0)
      for (const name of ['quiet', 'chatty']) await bench.connection.remove(name, { force: true, volumes: true })
    } finally {
      await bench.close()
      execFileSync('umount', ['-l', disk ?? ''])
      rmSync(disk ?? '', { recursive: true, force: true })
    }
  }, 120_000)
})
