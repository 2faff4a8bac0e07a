import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog } from '@wheelhouse/platform/log'
import type { Tick } from '@wheelhouse/platform/series'
import { afterEach, expect, test } from 'vitest'
import { canMount, mountTmpfs } from '../../../../../test/faults/small-disk.ts'
import { Keeping } from './keeping.ts'

const log = createLog({ level: 'silent', pretty: false })
const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'wheelhouse-keeping-'))
  folders.push(made)
  return made
}
const day = 86_400_000
const open = (at: string): Keeping =>
  new Keeping(
    {
      folder: at,
      budgetBytes: 1e9,
      ticks: [{ stepMs: 10_000, keepMs: 2 * day }],
      rollups: [{ stepMs: 60_000, keepMs: 14 * day }],
    },
    log,
  )
const tick = (at: number, value: number, entities = [1]): Tick => ({
  at,
  stepMs: 10_000,
  parts: [{ entities, metrics: [{ id: 1, kind: 'gauge' }], values: Float64Array.from(entities, () => value) }],
})
const asked = { metric: 1, entities: [1], stepMs: 10_000, aggregate: 'avg', group: null, top: null } as const

test('a clock that is set back loses nothing: what is read then is kept beside what was read before', async () => {
  const keeping = open(folder())
  const now = Math.floor(Date.now() / 10_000) * 10_000
  const back = now - 2 * 3_600_000
  for (let step = 0; step < 5; step++) expect(await keeping.append(tick(now + step * 10_000, 1))).toBe(true)
  for (let step = 0; step < 5; step++) expect(await keeping.append(tick(back + step * 10_000, 2))).toBe(true)
  const values = async (from: number): Promise<number[]> =>
    (await keeping.query({ ...asked, from, to: from + 50_000 }))!.series.flatMap(({ values: all }) => [...all])
  expect(await values(now)).toEqual([1, 1, 1, 1, 1])
  expect(await values(back)).toEqual([2, 2, 2, 2, 2])
  expect(keeping.problem).toBeNull()
  await keeping.close()
})

test.runIf(canMount)(
  'a full disk is told, what was kept stays, and readings are kept again once there is room',
  async () => {
    const disk = await mountTmpfs(folder(), '2m')
    const keeping = open(join(disk.path, 'series'))
    try {
      const now = Math.floor(Date.now() / 10_000) * 10_000
      expect(await keeping.append(tick(now, 1))).toBe(true)
      const filler = join(disk.path, 'filler')
      expect(() => writeFileSync(filler, Buffer.alloc(4 * 1024 * 1024))).toThrow('ENOSPC')
      // What fits into the last block of the file is written still.
      const many = Array.from({ length: 4_000 }, (_, entity) => entity + 1)
      let isKept = true
      for (let step = 1; isKept && step < 50; step++) isKept = await keeping.append(tick(now + step * 10_000, 1, many))
      expect(isKept).toBe(false)
      expect(keeping.problem).toMatch(/^Readings are not kept: /)
      expect(keeping.lost).toBeGreaterThan(0)
      const { series } = (await keeping.query({ ...asked, from: now, to: now + 10_000 }))!
      expect(series[0]?.values[0]).toBe(1)
      rmSync(filler)
      expect(await keeping.append(tick(now + 600_000, 3))).toBe(true)
      expect(keeping.problem).toBeNull()
    } finally {
      await keeping.close()
      await disk.unmount()
    }
  },
)
