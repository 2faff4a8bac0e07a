import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Deployment, deploymentEnded } from '@wheelhouse/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Asking, ContainerHouse, told } from '../../../server/src/workloads/deployments/testing/container-stack.ts'
import { CuttableProxy } from '../../docker/cuttable-proxy.ts'
import { suite, where } from '../../needs.ts'
import { until } from '../control-plane.ts'
import { ContainerProject } from './container-project.ts'
import { patienceMs } from './stack.ts'

suite('the line to the engine is cut', ['docker'], () => {
  let folder: string
  let line: CuttableProxy
  let project: ContainerProject
  let at: ContainerHouse

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wheelhouse-fault-'))
    line = new CuttableProxy(where('docker'))
    await line.mend()
    project = await ContainerProject.make(folder, 'blue-green')
    at = await ContainerHouse.open(line.address)
    project.write('first')
    const run = await at.deploy({ directory: project.directory })
    expect(run.state, told(run)).toBe('succeeded')
  }, 240_000)
  afterAll(async () => {
    await line?.mend()
    await at?.close()
    await line?.close()
    await project?.sweep()
    rmSync(folder, { recursive: true, force: true })
  })

  const get = (id: string): Promise<Deployment> => at.house.admin.deployments.get({ id })
  const targetIs = async (state: 'connected' | 'unreachable', house = at): Promise<void> => {
    const { registry } = house.house.house.domains.targets
    const all = (): boolean => registry.targets().every((target) => target.kind !== 'docker' || target.state === state)
    await until(() => (all() ? true : null), patienceMs)
  }
  async function cut(): Promise<void> {
    await line.cut()
    await targetIs('unreachable')
  }
  /** Each house hears the engine again in its own time: it is that of the next run that counts. */
  async function mend(house = at): Promise<void> {
    await line.mend()
    await targetIs('connected', house)
  }
  const comesTo = async (id: string, wanted: (run: Deployment) => boolean): Promise<Deployment> =>
    until(async () => {
      const run = await get(id)
      return wanted(run) || deploymentEnded(run.state) ? run : null
    }, patienceMs)

  /** Without images: those of a release that failed go with the next one that serves. */
  const standing = async (): Promise<string[]> => (await project.onEngine()).filter((one) => !one.startsWith('image'))

  test('at preflight: nothing is begun', { timeout: 240_000 }, async () => {
    const before = await project.onEngine()
    project.write('never')
    await cut()
    try {
      const run = await at.deploy({ directory: project.directory })
      expect(run.state, told(run)).toBe('failed')
      expect(run.outcome).toMatchObject({ stage: 'preflight', notUndone: [] })
      expect(run.outcome?.error?.message).toMatch(/not heard|not reachable|unreachable|does not answer/)
      expect(await project.page()).toBe('200 first')
    } finally {
      await mend()
    }
    expect(await project.onEngine()).toEqual(before)
  })

  for (const stage of ['release', 'start', 'gates', 'switch'])
    test(`at ${stage}: it waits to undo until the line is back`, { timeout: 240_000 }, async () => {
      const before = await standing()
      const asking = new Asking(project.port)
      project.write(`cut-${stage}`, {
        change: (draft) => {
          draft.pipeline.timeouts[stage] = '3s'
          project.holdBefore(draft, stage)
        },
      })
      const { id } = await at.house.admin.deployments.start({ directory: project.directory })
      await project.isHeld()
      await cut()
      try {
        project.letGo()
        await comesTo(id, ({ state }) => state === 'rolling-back')
        expect(await project.page()).toBe('200 first')
      } finally {
        await mend()
      }
      const run = await at.ended(id)
      expect(run.state, told(run)).toBe('rolled-back')
      expect(run.outcome, told(run)).toMatchObject({ stage, notUndone: [] })
      expect((await asking.stop()).failures).toEqual([])
      expect([...asking.seen]).toEqual(['first'])
      expect(await standing()).toEqual(before)
    })

  test(
    'while the old are retired: the new serve, and it is done once the line is back',
    { timeout: 240_000 },
    async () => {
      const asking = new Asking(project.port)
      project.write('second', { change: (draft) => project.holdBefore(draft, 'report') })
      const { id } = await at.house.admin.deployments.start({ directory: project.directory })
      await project.isHeld()
      await cut()
      try {
        project.letGo()
        const { release } = await get(id)
        await until(
          async () => ((await at.house.admin.releases.get({ id: release!.id })).state === 'serving' ? true : null),
          patienceMs,
        )
        expect(await project.page()).toBe('200 second')
      } finally {
        await mend()
      }
      const run = await at.ended(id)
      expect(run.state, told(run)).toBe('succeeded')
      expect(run.outcome?.notUndone).toEqual([])
      expect((await asking.stop()).failures).toEqual([])
      expect(await project.onEngine()).toEqual(await project.wanted(at.house.admin, [1]))
    },
  )

  test(
    'for longer than a run waits: the next one ends what was left, before it begins',
    { timeout: 240_000 },
    async () => {
      const short = await ContainerHouse.open(line.address, { WHEELHOUSE_UNDO_PATIENCE_MS: '500' })
      const late = await ContainerProject.make(folder, 'blue-green')
      try {
        for (const version of ['first', 'second']) {
          late.write(version, { change: (draft) => version === 'second' && late.holdBefore(draft, 'report') })
          const { id } = await short.house.admin.deployments.start({ directory: late.directory })
          if (version === 'second') {
            await late.isHeld()
            await line.cut()
            late.letGo()
          }
          const run = await short.ended(id)
          expect(run.state, told(run)).toBe('succeeded')
          expect(await late.page()).toBe(`200 ${version}`)
          if (version === 'second') expect(run.outcome?.notUndone).not.toEqual([])
        }
        await mend(short)
        expect((await late.onEngine()).filter((one) => one.includes('web-1'))).toEqual([
          `container ${late.name}-web-1 running`,
          `container ${late.name}-web-1.r2 running`,
        ])
        late.write('third')
        const run = await short.deploy({ directory: late.directory })
        expect(run.state, told(run)).toBe('succeeded')
        expect(await late.page()).toBe('200 third')
        expect(await late.onEngine()).toEqual(await late.wanted(short.house.admin, [2]))
      } finally {
        await line.mend()
        await short.close()
        await late.sweep()
      }
    },
  )
})
