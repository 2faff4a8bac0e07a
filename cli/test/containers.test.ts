import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Target } from '@wheelhouse/contract'
import { beforeEach, describe, expect, test } from 'vitest'
import { scene } from './stage.ts'
import { job, listOf, plan, service } from './things.ts'

const at = scene()
const moment = '2026-11-20T10:00:00.000Z'
const target = (name: string): Partial<Target> => ({ id: name, name, capabilities: ['update'] })
const web = service('web', {
  id: 'north:abc',
  kind: 'container',
  targetId: 'north',
  targetName: 'north',
  targetKind: 'docker',
  stack: null,
  stackService: null,
})
const one = '/api/v1/containers/north:abc'
const draft = { name: 'web', image: 'nginx:1', environment: { API_TOKEN: null, MODE: 'one' } }

beforeEach(() => {
  at.server.on('GET /api/v1/targets', listOf([target('north')]))
  at.server.on('GET /api/v1/services', listOf([web, service('api')]))
  at.server.on('GET /api/v1/jobs/job-1', job())
})

describe('run', () => {
  beforeEach(() => {
    at.server.on('POST /api/v1/containers/from-command', { draft, problems: ['--gpus cannot be said in a form.'] })
    at.server.on('POST /api/v1/containers', job({ state: 'running', steps: [] }))
    at.server.on('POST /api/v1/containers?dryRun', plan({ summary: 'Make the container web on north' }))
  })

  test('words of docker run reach the server as one command, and what it leaves out is told', async () => {
    const words = ['-d', '--name', 'web', '-p', '8080:80', '--label', "it's=here", 'nginx:1', 'serve', '--target', 'x']
    const { exit, stderr } = await at.run('run', ...words)
    expect(exit).toBe(0)
    expect(at.sent('POST /api/v1/containers/from-command')).toEqual({
      command: String.raw`docker run -d --name web -p 8080:80 --label 'it'\''s=here' nginx:1 serve --target x`,
    })
    expect(at.sent('POST /api/v1/containers')).toEqual({ target: 'north', draft })
    expect(stderr).toContain('--gpus cannot be said')
    expect(stderr).toContain('web is made and started on north.')
  })

  test('flags of ours may stand first or between, and variables come from files and from this shell', async () => {
    await writeFile(join(at.folder, 'web.env'), 'A=1\nB="two words"\n')
    const flags = [
      '--target',
      'north',
      '--env-file',
      'web.env',
      '-e',
      'WHEELHOUSE_TOKEN',
      '-e',
      'NOT_HERE',
      '--no-start',
    ]
    const { stderr } = await at.run('run', ...flags, 'nginx:1')
    expect(at.sent('POST /api/v1/containers/from-command')).toEqual({
      command: "docker run -e A=1 -e 'B=two words' -e WHEELHOUSE_TOKEN=wh_1 nginx:1",
    })
    expect(at.sent('POST /api/v1/containers')).toEqual({ target: 'north', draft, start: false })
    expect(stderr).toContain('NOT_HERE is not set')
    expect(stderr).toContain('web is made on north.')
  })

  test('a dry run shows the plan and makes nothing; an image is needed, and a target where there are two', async () => {
    expect((await at.run('run', '--name', 'web', '--dry-run', 'nginx:1')).stdout).toContain('Make the container web')
    expect(at.sent('POST /api/v1/containers')).toBeUndefined()
    expect(await at.run('run', '--name', 'web')).toMatchObject({ exit: 2 })
    expect(await at.run('run', '--env-file', 'none.env', 'nginx:1')).toMatchObject({ exit: 2 })
    at.server.on('GET /api/v1/targets', listOf([target('north'), target('south')]))
    expect((await at.run('run', 'nginx:1')).stderr).toContain('--target north|south')
  })
})

describe('edit', () => {
  beforeEach(() => {
    at.server.on(`GET ${one}/draft`, { draft, lost: ['ulimits'] })
    at.server.on(`PUT ${one}?dryRun`, plan({ summary: 'Put a new container in the place of web' }))
    at.server.on(`PUT ${one}`, job({ state: 'running', steps: [] }))
  })
  const editor = { EDITOR: 'sed -i s/one/two/' }

  test('what was changed is planned, agreed to and sent; a secret that was not touched stays null', async () => {
    const { output } = await at.typed([['Replace web?', 'y\n']], editor, 'edit', 'container', 'web')
    expect(output).toContain('Put a new container in the place of web')
    expect(at.sent(`PUT ${one}`)).toEqual({
      draft: { ...draft, environment: { API_TOKEN: null, MODE: 'two' } },
    })
    expect(output).toContain('web is changed.')
  })

  test('the plan alone, and how long it may take to be healthy', async () => {
    const flags = ['--target', 'north', '--healthy-within', '2m']
    const { output } = await at.typed([], editor, 'edit', 'container', 'web', '--dry-run', ...flags)
    expect(output).toContain('in the place of web')
    expect(at.sent(`PUT ${one}`)).toBeUndefined()
    await at.typed([], editor, 'edit', 'container', 'web', '--yes', ...flags)
    expect(at.sent(`PUT ${one}`)).toMatchObject({ healthyWithinMs: 120_000 })
    expect(await at.run('edit', 'container', 'web', '--healthy-within', 'soon')).toMatchObject({ exit: 2 })
  })

  test('nothing changed is nothing done; what is no container, and no terminal, is told', async () => {
    const { output } = await at.typed([], { EDITOR: 'true' }, 'edit', 'container', 'web')
    expect(output).toContain('Nothing was changed.')
    expect(at.sent(`PUT ${one}`)).toBeUndefined()
    expect((await at.run('edit', 'container', 'api')).stderr).toContain('is no container')
    expect(await at.run('edit', 'container', 'web')).toMatchObject({ exit: 2 })
    expect(await at.run('edit', 'volume', 'web')).toMatchObject({ exit: 2 })
  })

  test('what the server refuses can be mended in the editor', async () => {
    at.server.refuse(`PUT ${one}?dryRun`, 422, 'VALIDATION_FAILED', 'draft.image: too short.')
    const { output } = await at.typed([['Open it again?', 'n\n']], editor, 'edit', 'container', 'web')
    expect(output).toContain('draft.image: too short.')
    expect(output).toContain('Nothing was changed.')
  })
})

describe('container', () => {
  test('ls and cat show files', async () => {
    const entry = { mode: '0644', owner: '0:0', modifiedAt: moment, linkTarget: null }
    at.server.on(`GET ${one}/files`, {
      path: '/etc',
      truncated: false,
      entries: [{ ...entry, name: 'motd', path: '/etc/motd', kind: 'file', sizeBytes: 6 }],
    })
    expect((await at.run('container', 'ls', 'web', 'etc', '--target', 'north')).stdout).toContain('motd')
    expect(at.query(`GET ${one}/files`)).toEqual({ path: '/etc' })
    const file = { path: '/etc/motd', text: 'hello\n', sizeBytes: 6, mode: '0644', digest: 'd1' }
    at.server.on(`GET ${one}/file`, file)
    expect((await at.run('container', 'cat', 'web', '/etc/motd', '--target', 'north')).stdout).toBe('hello\n')
  })

  test('limit sends what was named, and none takes a bound away', async () => {
    at.server.on(`PATCH ${one}/limits`, { warnings: ['swap is not limited'] })
    const sizes = ['--memory', '512m', '--memory-reservation', '1.5 kB', '--memory-swap', 'none']
    const cpu = ['--cpus', '0.5', '--cpu-shares', '512', '--cpuset', '0-1', '--pids', '100']
    const { stderr } = await at.run(
      'container',
      'limit',
      'web',
      '--target',
      'north',
      ...sizes,
      ...cpu,
      '--restart',
      'on-failure:3',
    )
    expect(at.sent(`PATCH ${one}/limits`)).toEqual({
      limits: {
        memoryBytes: 536_870_912,
        memoryReservationBytes: 1536,
        memorySwapBytes: null,
        cpus: 0.5,
        cpuShares: 512,
        cpuset: '0-1',
        pids: 100,
        restart: { policy: 'on-failure', maxRetries: 3 },
      },
    })
    expect(stderr).toContain('swap is not limited')
    for (const wrong of [[], ['--memory', 'much'], ['--cpus', 'two'], ['--restart', 'sometimes']])
      expect(await at.run('container', 'limit', 'web', ...wrong)).toMatchObject({ exit: 2 })
  })

  test('commit makes an image of it', async () => {
    at.server.on(`POST ${one}/commit`, { imageId: 'sha256:1' })
    const more = ['--comment', 'as it was', '--no-pause', '--change', 'CMD ["web"]']
    const { stderr } = await at.run('container', 'commit', 'web', 'shop/web:saved', '--target', 'north', ...more)
    expect(stderr).toContain('shop/web:saved is made of web')
    expect(at.sent(`POST ${one}/commit`)).toEqual({
      tag: 'shop/web:saved',
      comment: 'as it was',
      pause: false,
      changes: ['CMD ["web"]'],
    })
  })

  test('prune shows what would go before it goes', async () => {
    at.server.on('POST /api/v1/containers/prune?dryRun', plan({ summary: 'Remove 2 stopped containers' }))
    at.server.on('POST /api/v1/containers/prune', { removed: ['a', 'b'], freedBytes: 2048 })
    const only = ['--target', 'north', '--older-than', '7d', '--label', 'team=red']
    expect((await at.run('container', 'prune', '--dry-run')).stdout).toContain('Remove 2 stopped')
    expect(await at.run('container', 'prune')).toMatchObject({ exit: 2 })
    expect((await at.run('container', 'prune', ...only, '--yes')).stderr).toContain(
      '2 containers removed, 2.00 kB free',
    )
    expect(at.sent('POST /api/v1/containers/prune')).toEqual({
      digest: 'd1',
      target: 'north',
      olderThanMs: 604_800_000,
      label: 'team=red',
    })
  })

  test('top shows the processes of one', async () => {
    at.server.on(`GET ${one}/top`, { titles: ['PID', 'USER', 'CMD'], processes: [['42', 'root', 'nginx: master']] })
    const { stdout } = await at.run('top', 'web')
    expect(stdout).toMatch(/PID +USER +CMD/)
    expect(stdout).toMatch(/42 +root +nginx: master/)
    expect(await at.run('top', 'nothing')).toMatchObject({ exit: 3 })
  })
})
