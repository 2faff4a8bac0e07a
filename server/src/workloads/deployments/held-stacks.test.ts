import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openTestHouse, type TestHouse } from '../../../../test/fixtures/house.ts'

const patience = { timeout: 60_000, interval: 50 }
let house: TestHouse
let directory: string
beforeAll(async () => {
  house = await openTestHouse({ env: { WHEELHOUSE_SETTLE_MS: '1000' } })
  directory = mkdtempSync(join(tmpdir(), 'wh-held-'))
})
afterAll(async () => {
  await house?.close()
  rmSync(directory, { recursive: true, force: true })
})

const manifest = (more = ''): string => `name: held
services: { web: { command: [sleep, "600"] } }
pipeline: { watch: { for: 1ms } }
${more}`

const jobEnded = (id: string) =>
  vi.waitFor(async () => {
    const job = await house.admin.jobs.get({ id })
    expect(job.finishedAt).not.toBeNull()
    return job
  }, patience)
const runIs = (id: string, state: string) =>
  vi.waitFor(async () => {
    const run = await house.admin.deployments.get({ id })
    expect(run.state, run.outcome?.summary).toBe(state)
    return run
  }, patience)

test('a deployment holds its stack against an apply and a removal, and an apply holds it against a deployment', async () => {
  const { deployments, stacks, jobs, timeline } = house.admin
  const approvals = 'environments: { production: { approvals: [{ stage: start, role: developer }] } }'
  writeFileSync(join(directory, 'wheelhouse.yaml'), manifest(approvals))
  const first = await deployments.start({ directory })
  await runIs(first.id, 'waiting')
  const source = manifest()
  const refused = { code: 'STATE_CONFLICT', message: expect.stringContaining('run 1 of admin (production)') }
  await expect(stacks.apply({ source, directory, target: 'local' })).rejects.toMatchObject(refused)
  await deployments.cancel({ id: first.id })
  await runIs(first.id, 'cancelled')

  const apply = await stacks.apply({ source, directory, target: 'local' })
  await vi.waitFor(async () => expect((await jobs.get({ id: apply.id })).steps).not.toEqual([]), patience)
  writeFileSync(join(directory, 'wheelhouse.yaml'), manifest())
  const second = await deployments.start({ directory })
  const run = await runIs(second.id, 'succeeded')
  const applied = await jobEnded(apply.id)
  expect(applied.error).toBeNull()
  // It began beside the apply, and changed nothing before that had ended.
  const told = await timeline.list({ type: 'stack.applied' })
  const lock = run.stages.find(({ name }) => name === 'lock')
  expect(Date.parse(lock!.finishedAt!)).toBeGreaterThanOrEqual(Date.parse(told.items[0]!.at))
  await jobEnded((await stacks.remove({ id: 'local:held' })).id)
  expect((await jobs.list({ kind: 'stacks.apply' })).items).toHaveLength(1)
})
