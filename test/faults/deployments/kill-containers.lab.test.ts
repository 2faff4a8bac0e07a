import type { Client } from '@wheelhouse/client'
import type { Strategy } from '@wheelhouse/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Asking } from '../../../server/src/workloads/deployments/testing/container-stack.ts'
import { suite, where } from '../../needs.ts'
import { type ControlPlane, until, Yard } from '../control-plane.ts'
import { ContainerProject } from './container-project.ts'
import { noOrphans } from './orphans.ts'
import { ended, patienceMs, reaches, told } from './stack.ts'

const strategies: readonly Strategy[] = ['recreate', 'rolling', 'blue-green']
/** Takes as long to stop as it may, so that it can be cut off while it does. */
const stubborn = `trap "" TERM`

suite('the control plane is killed while it deploys containers', ['docker'], () => {
  const yard = new Yard()
  const folder = yard.folder()
  const projects: ContainerProject[] = []
  const runs = new Map<ContainerProject, string>()
  let plane: ControlPlane
  let admin: Client

  const up = async (): Promise<void> => void ({ plane, admin } = await yard.admin(`${folder}/data`))
  const start = async (project: ContainerProject): Promise<void> =>
    void runs.set(project, (await admin.deployments.start({ directory: project.directory })).id)
  beforeAll(async () => {
    await up()
    await admin.targets.register({ name: 'lab', address: where('docker') })
    await until(async () => ((await admin.targets.get({ id: 'lab' })).state === 'connected' ? true : null), patienceMs)
    for (const strategy of strategies) projects.push(await ContainerProject.make(folder, strategy))
    for (const project of projects) {
      project.write('first', { before: stubborn, target: 'lab' })
      await start(project)
    }
    for (const project of projects) await succeeds(project, 'first')
  }, 240_000)
  afterAll(async () => {
    await yard.sweep()
    for (const project of projects) await project.sweep()
  })

  async function succeeds(project: ContainerProject, version: string): Promise<void> {
    const run = await ended(() => admin, runs.get(project)!)
    expect(run.state, told(run)).toBe('succeeded')
    expect(run.outcome?.notUndone, told(run)).toEqual([])
    expect(await project.page()).toBe(`200 ${version}`)
  }

  // Each death hits three runs at once, of which one is in that stage. Four of them: one less than what makes a run be given up.
  test('inside build, stop, start and switch: they go on, and nothing is left over', { timeout: 360_000 }, async () => {
    const [recreate, rolling, blueGreen] = projects as [ContainerProject, ContainerProject, ContainerProject]
    const heldBefore = new Map([
      [rolling, 'start'],
      [blueGreen, 'switch'],
    ])
    const asking = projects.map((project) => new Asking(project.port))
    for (const project of projects) {
      const stage = heldBefore.get(project)
      project.write('second', {
        before: stubborn,
        building: 'sleep 1',
        target: 'lab',
        change: (draft) => stage !== undefined && project.holdBefore(draft, stage),
      })
      await start(project)
    }
    for (const [project, stage] of [
      [recreate, 'build'],
      [recreate, 'stop'],
      [rolling, 'start'],
      [blueGreen, 'switch'],
    ] as const) {
      if (heldBefore.has(project)) {
        await project.isHeld()
        project.letGo()
      }
      await reaches(() => admin, runs.get(project)!, stage)
      await plane.stop('SIGKILL')
      await up()
    }
    for (const project of projects) await succeeds(project, 'second')
    for (const [index, one] of asking.entries()) {
      const { failures } = await one.stop()
      // With recreate the old stops before the new starts.
      if (projects[index] !== recreate) expect(failures).toEqual([])
    }
    for (const project of projects) await expectOnly(project)
    await noOrphans(admin, folder, plane.pid)
  })

  test('while it undoes: it goes on undoing', { timeout: 240_000 }, async () => {
    const before = await Promise.all(projects.map((project) => project.page()))
    for (const project of projects) {
      project.write('never', {
        target: 'lab',
        change: (draft) => {
          draft.verify = [{ command: ['false'], interval: '500ms', retries: 1 }]
          draft.pipeline.timeouts.verify = '1s'
        },
      })
      await start(project)
    }
    await until(async () => {
      const states = await Promise.all(
        projects.map(async (project) => (await admin.deployments.get({ id: runs.get(project)! })).state),
      )
      return states.some((state) => state !== 'running' && state !== 'queued') ? true : null
    }, patienceMs)
    await plane.stop('SIGKILL')
    await up()
    for (const project of projects) {
      const run = await ended(() => admin, runs.get(project)!)
      expect(run.state, told(run)).toBe('rolled-back')
      expect(run.outcome?.notUndone, told(run)).toEqual([])
      await expectOnly(project)
    }
    expect(await Promise.all(projects.map((project) => project.page()))).toEqual(before)
  })

  /** With blue-green the one before is kept warm. */
  async function expectOnly(project: ContainerProject): Promise<void> {
    const { items } = await admin.releases.list({ stack: project.name })
    const warm = items.filter(({ state }) => state === 'good').map(({ number }) => number)
    const kept = project.strategy === 'blue-green' ? warm.toSorted((a, b) => b - a).slice(0, 1) : []
    expect(await project.onEngine()).toEqual(await project.wanted(admin, kept))
  }
})
