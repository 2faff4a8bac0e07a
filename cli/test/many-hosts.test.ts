import type { BulkResult } from '@wheelhouse/contract'
import { describe, expect, test } from 'vitest'
import { scene } from './stage.ts'
import { job, listOf, plan, service } from './things.ts'

const stage = scene()
const bulk = 'POST /api/v1/services/bulk'
const on = (target: string, name: string) =>
  service(name, { id: `${target}:${name}`, targetId: target, targetName: target })
const fleet = [on('alpha', 'web'), on('alpha', 'db'), on('beta', 'web')]
type Row = BulkResult['services'][number]
const row = (id: string, outcome: Row['outcome'], message: string, errorCode: string | null = null): Row => {
  const [target = '', name = ''] = id.split(':')
  return { id, name, targetId: target, targetName: target, outcome, errorCode, message }
}
const asked = (): unknown => stage.sent(bulk)

describe('one act on many services', () => {
  test('is one call for all that are named, told one by one', async () => {
    stage.server.on('GET /api/v1/services', listOf(fleet))
    const steps = [
      { name: 'web on alpha', state: 'done' as const, message: 'restarted', tookMs: 40 },
      { name: 'web on beta', state: 'done' as const, message: 'restarted', tookMs: 60 },
    ]
    const services = [row('alpha:web', 'done', 'restarted'), row('beta:web', 'already', 'nothing to do')]
    const title = 'Restart 2 services on 2 targets'
    stage.server.on(bulk, job({ title, steps, result: { act: 'restart', services } }))
    const { exit, stderr } = await stage.run('restart', 'alpha/web', 'beta:web', '--timeout', '3s')
    expect(exit).toBe(0)
    expect(asked()).toEqual({ act: 'restart', services: ['alpha:web', 'beta:web'], timeoutMs: 3000 })
    expect(stderr).toMatch(/web on alpha +restarted/)
    expect(stderr).toContain('Restart 2 services on 2 targets: done. 1 of them had nothing to do.')
    const names = await stage.run('restart', 'alpha/web', 'beta:web', '-o', 'name')
    expect(names.stdout).toBe('web\nweb\n')
  })

  test('tells the ones that failed, names the others, and exits with 1', async () => {
    stage.server.on('GET /api/v1/services', listOf(fleet))
    const message = '1 of 2 was not stopped.\nweb on beta: beta is not heard: no route.'
    const services = [row('alpha:web', 'done', 'stopped'), row('beta:web', 'failed', 'no route', 'TARGET_UNREACHABLE')]
    const error = { errorCode: 'TARGET_UNREACHABLE', message }
    stage.server.on(bulk, job({ id: 'job-9', state: 'failed', error, result: { act: 'stop', services } }))
    const told = await stage.run('stop', 'alpha/web', 'beta/web', '-o', 'name')
    expect(told).toMatchObject({ exit: 1, stdout: 'web\n' })
    expect(told.stderr).toContain('error[TARGET_UNREACHABLE] 1 of 2 was not stopped.\n  web on beta: beta is not heard')
    expect(told.stderr).toContain('wh describe job job-9')
    const whole = await stage.run('stop', 'alpha/web', 'beta/web', '-o', 'json')
    expect(JSON.parse(whole.stdout)).toMatchObject({
      state: 'failed',
      result: { services: [{}, { outcome: 'failed' }] },
    })
  })

  test('takes flags instead of names, shows the plan first, and binds the run to it', async () => {
    stage.server.on('GET /api/v1/services', listOf(fleet))
    stage.server.on(`${bulk}?dryRun`, plan({ summary: 'Stop 3 services on 2 targets.', digest: 'd9' }))
    const refused = await stage.run('stop', '-l', 'team=web', '--target', 'alpha,beta', '--stack', 'shop')
    expect(refused.exit).toBe(2)
    expect(stage.query('GET /api/v1/services')).toMatchObject({
      label: 'team=web',
      target: 'alpha,beta',
      stack: 'shop',
    })
    expect(refused.stderr).toContain('Stop 3 services on 2 targets.')
    expect(asked()).toBeUndefined()
    const dry = await stage.run('kill', '--all', '--target', 'alpha', '-s', 'hup', '--dry-run', '-o', 'json')
    expect(JSON.parse(dry.stdout)).toMatchObject({ digest: 'd9' })
    expect(stage.server.asked.at(-1)?.body).toMatchObject({ act: 'kill', signal: 'HUP' })
    stage.server.on(bulk, job({ title: 'Stop 3 services on 2 targets' }))
    const ran = await stage.run('stop', '--all', '--yes')
    expect(ran.exit).toBe(0)
    expect(asked()).toEqual({ act: 'stop', services: ['alpha:web', 'alpha:db', 'beta:web'] })
  })

  test.each([
    [['start'], 'Name the services, or pick them with --label or --all'],
    [['start', 'web', '--all'], '--all stands instead of names'],
    [['start', 'web', '-l', 'a=b'], '--label stands instead of names'],
    [['start', '--target', 'alpha'], 'Name the services'],
  ])('%j is refused', async (args, said) => {
    stage.server.on('GET /api/v1/services', listOf(fleet))
    const { exit, stderr } = await stage.run(...args)
    expect(exit).toBe(2)
    expect(stderr).toContain(said)
    expect(stage.server.lines().filter((line) => line.startsWith('POST'))).toEqual([])
  })

  test('removes several in one call', async () => {
    stage.server.on('GET /api/v1/services', listOf(fleet))
    stage.server.on(bulk, job({ title: 'Remove 2 services on alpha' }))
    expect((await stage.run('delete', 'service', 'alpha/web', 'db', '--volumes', '--yes')).exit).toBe(0)
    expect(asked()).toEqual({ act: 'remove', services: ['alpha:web', 'alpha:db'], volumes: true })
  })
})

describe('one target or all', () => {
  test.each(['services', 'containers', 'stacks', 'images', 'volumes', 'networks'])(
    '--target stands before or behind: %s',
    async (noun) => {
      const path = `GET /api/v1/${noun === 'containers' ? 'services' : noun}`
      stage.server.on(path, listOf([]))
      expect((await stage.run('--target', 'alpha', 'get', noun)).exit).toBe(0)
      expect(stage.query(path)).toMatchObject({ target: 'alpha' })
      expect((await stage.run('get', noun, '--target=beta')).exit).toBe(0)
      expect(stage.query(path)).toMatchObject({ target: 'beta' })
      expect((await stage.run('get', noun, '-A')).exit).toBe(0)
      expect(stage.query(path).target).toBeUndefined()
      expect(await stage.run('--target', 'alpha', 'get', noun, '-A')).toMatchObject({
        exit: 2,
        stderr: expect.stringContaining('-A means all targets'),
      })
    },
  )

  test('before the word it reaches verbs, and is refused where it means nothing', async () => {
    stage.server.on('GET /api/v1/services', listOf(fleet))
    stage.server.on('POST /api/v1/services/alpha:db/start', on('alpha', 'db'))
    expect((await stage.run('-o', 'name', '--target', 'alpha', 'start', 'db')).stdout).toBe('db\n')
    expect(stage.query('GET /api/v1/services')).toMatchObject({ target: 'alpha' })
    expect(await stage.run('--target=alpha', 'context', 'list')).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('wh context list takes no --target.'),
    })
  })

  test('completion knows the names of the target on the line, and tells those of several apart', async () => {
    stage.server.on('GET /api/v1/services', listOf(fleet))
    const all = await stage.run('__complete', 'restart', '')
    expect(all.stdout.split('\n').filter(Boolean).toSorted()).toEqual(['alpha/web', 'beta/web', 'db'])
    await stage.run('__complete', '--target', 'alpha', 'restart', '')
    expect(stage.query('GET /api/v1/services')).toMatchObject({ target: 'alpha' })
    stage.server.on('GET /api/v1/networks', listOf([{ name: 'front', targetName: 'alpha' }]))
    expect((await stage.run('__complete', 'delete', 'network', 'fr')).stdout).toBe('front\n')
    stage.server.on('GET /api/v1/targets', listOf([{ name: 'alpha' }]))
    expect((await stage.run('__complete', 'get', 'images', '--target', '')).stdout).toBe('alpha\n')
  })
})
