import type { Client } from '@wheelhouse/client'
import type { Deployment } from '@wheelhouse/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ControlPlane, Yard } from '../control-plane.ts'
import { command } from './failures.ts'
import { noOrphans } from './orphans.ts'
import { Puppet } from './puppet.ts'
import { type Draft, ended, Stack, told } from './stack.ts'

const yard = new Yard()
const folder = yard.folder()
let puppet: Puppet
let plane: ControlPlane
let admin: Client
let stack: Stack

const up = async (): Promise<void> => void ({ plane, admin } = await yard.admin(`${folder}/data`))
beforeAll(async () => {
  puppet = await Puppet.open()
  await up()
  stack = await Stack.make(folder, 'afterwards', 'rolling', puppet)
  const run = await ended(() => admin, await start('first'))
  expect(run.state, told(run)).toBe('succeeded')
}, 240_000)
afterAll(async () => {
  puppet.close()
  await yard.sweep()
})

async function start(version: string, change: (draft: Draft) => void = () => undefined): Promise<string> {
  stack.write(version, change)
  return (await admin.deployments.start({ directory: stack.directory })).id
}
/** It serves, whatever went wrong once it did: nothing is taken back. */
async function serves(id: string, summary: string): Promise<Deployment> {
  const run = await ended(() => admin, id)
  expect(run.state, told(run)).toBe('succeeded')
  expect(run.outcome).toMatchObject({ notUndone: [], error: null })
  expect(run.outcome?.summary).toBe(`Release ${run.release!.number} of afterwards serves in production.${summary}`)
  const answer = `200 ${stack.version} hello-${stack.version}`
  const stand = await stack.stand(admin)
  expect(stand).toMatchObject({ web: answer, api: answer })
  expect(stand.services).toHaveLength(3)
  await noOrphans(admin, folder, plane.pid)
  return run
}
const stageOf = (run: Deployment, name: string) => run.stages.find((stage) => stage.name === name)

test('a channel that is not there: told, and nothing is taken back', { timeout: 240_000 }, async () => {
  const id = await start('untold', (draft) => (draft.notifications = [{ channel: 'nobody', on: ['succeeded'] }]))
  const run = await serves(id, ' notify failed after that, which takes nothing back.')
  expect(stageOf(run, 'notify')).toMatchObject({
    state: 'failed',
    message: expect.stringMatching(/no channel nobody that is on.*Add it under notifications/) as string,
  })
})

test('a channel that is not there hides no failure', { timeout: 240_000 }, async () => {
  const before = await stack.stand(admin)
  const id = await start('refused', (draft) => {
    draft.notifications = [{ channel: 'nobody', on: ['rolled-back', 'failed'] }]
    draft.pipeline.commands.push(command('own', { before: 'switch' }, ['false']))
  })
  const run = await ended(() => admin, id)
  expect(run.state, told(run)).toBe('rolled-back')
  expect(run.outcome).toMatchObject({ stage: 'own', notUndone: [] })
  const { items } = await admin.deployments.log({ id, limit: 1000 })
  expect(items.map(({ text }) => text).join('\n')).toMatch(/Nobody could be told: There is no channel nobody/)
  expect(await stack.stand(admin)).toEqual(before)
})

test('commands after the report that fail and hang: told, and the others run', { timeout: 240_000 }, async () => {
  const id = await start('late', (draft) => {
    draft.pipeline.commands.push(
      command('broken', { after: 'report' }, ['false']),
      { ...command('hanging', { after: 'report' }, ['sleep', '300']), timeout: '1s' },
      command('last', { after: 'notify' }, ['touch', stack.path('switches/last')]),
    )
  })
  const failed = (name: string): string => ` ${name} failed after that, which takes nothing back.`
  const run = await ended(() => admin, id)
  const inOrder = run.stages.map(({ name }) => name).filter((name) => ['broken', 'hanging'].includes(name))
  await serves(id, inOrder.map(failed).join(''))
  expect(stageOf(run, 'hanging')?.message).toMatch(/hanging did not finish within 1 s/)
  expect(stageOf(run, 'last')?.state).toBe('done')
  expect(stack.has('switches/last')).toBe(true)
})

test('kill -9 inside a command after the report: it goes on there', { timeout: 240_000 }, async () => {
  const id = await start('killed', (draft) =>
    draft.pipeline.commands.push(command('own', { after: 'report' }, stack.wait('hold'))),
  )
  await stack.hasBegun('hold')
  await plane.stop('SIGKILL')
  stack.turn('hold')
  await up()
  const run = await serves(id, '')
  expect(stageOf(run, 'own')?.state).toBe('done')
})
