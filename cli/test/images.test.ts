import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Image, Registry, Target } from '@wheelhouse/contract'
import { beforeEach, expect, test } from 'vitest'
import { scene } from './stage.ts'
import { job, listOf, plan } from './things.ts'

const at = scene()
const now = '2026-11-20T10:00:00.000Z'
const image = (name: string, over: Partial<Image> = {}): Image => ({
  id: `berlin:${'a'.repeat(12)}`,
  imageId: `sha256:${'a'.repeat(64)}`,
  targetId: 'berlin',
  targetName: 'berlin-1',
  tags: [name],
  digests: [],
  sizeBytes: 5_242_880,
  createdAt: now,
  labels: {},
  usedBy: [{ serviceId: 'berlin:web', name: 'web', running: true }],
  kept: null,
  newer: { state: 'newer', digest: 'sha256:b', reason: null, checkedAt: now },
  observedAt: now,
  stale: false,
  ...over,
})
const unused = image('redis:7', {
  id: `berlin:${'c'.repeat(12)}`,
  imageId: `sha256:${'c'.repeat(64)}`,
  usedBy: [],
  kept: 'release r3 of shop (production)',
  newer: null,
})
const target = (id: string, name: string): Target =>
  ({ id, name, kind: 'docker', capabilities: ['images'], services: {}, tags: [] }) as unknown as Target
const registry: Registry = {
  id: 're-1',
  name: 'house',
  address: 'registry.example.com',
  username: 'robot',
  hasPassword: true,
  insecure: false,
  state: 'refused',
  reason: 'it refused the sign-in',
  checkedAt: now,
  createdAt: now,
}

beforeEach(() => {
  at.server.on('GET /api/v1/targets', listOf([target('berlin', 'berlin-1')]))
  at.server.on('GET /api/v1/images', listOf([image('nginx:1.27'), unused]))
  at.server.on('GET /api/v1/registries', listOf([registry]))
})
const pulled = (reference: string) => {
  at.server.on(
    'POST /api/v1/images/pull',
    job({ kind: 'images.pull', title: `Pull ${reference}`, state: 'running', finishedAt: null }),
  )
  at.server.on(
    'GET /api/v1/jobs/job-1',
    job({
      kind: 'images.pull',
      state: 'succeeded',
      steps: [{ name: '0123456789ab', state: 'done', message: 'is here 3.0 of 3.0 MB', tookMs: 12 }],
    }),
  )
}

test('images of all engines with who uses them', async () => {
  const { stdout, stderr } = await at.run('get', 'images', '-o', 'wide')
  expect(stderr).toBe('')
  expect(stdout).toMatch(/nginx:1\.27 +berlin-1 +5\.00 MB .*web +newer/)
  expect(stdout).toMatch(/redis:7 +berlin-1 .*nobody .*release r3 of shop/)
  await at.run('get', 'images', '--use', 'unused', '--target', 'berlin')
  expect(at.query('GET /api/v1/images')).toMatchObject({ use: 'unused', target: 'berlin' })
})

test('a pull goes to the only engine and shows each layer', async () => {
  pulled('nginx:1.27')
  const ran = await at.run('pull', 'nginx:1.27', '--platform', 'linux/arm64')
  expect(ran).toMatchObject({ exit: 0 })
  expect(ran.stderr).toContain('0123456789ab  is here 3.0 of 3.0 MB')
  expect(ran.stderr).toContain('nginx:1.27 is on berlin-1.')
  expect(at.sent('POST /api/v1/images/pull')).toEqual({
    target: 'berlin',
    image: 'nginx:1.27',
    platform: 'linux/arm64',
  })
})

test('with several engines one has to be named', async () => {
  at.server.on('GET /api/v1/targets', listOf([target('berlin', 'berlin-1'), target('paris', 'paris-1')]))
  const ran = await at.run('pull', 'nginx')
  expect(ran.exit).toBe(2)
  expect(ran.stderr).toContain('--target: berlin-1, paris-1')
  pulled('nginx')
  expect(await at.run('pull', 'nginx', '--target', 'paris-1', '--no-wait', '-o', 'name')).toMatchObject({
    exit: 0,
    stdout: 'job-1\n',
  })
  expect(at.sent('POST /api/v1/images/pull')).toMatchObject({ target: 'paris' })
})

test('a push and a tag find the engine that has the image', async () => {
  pulled('x')
  at.server.on('POST /api/v1/images/push', job({ kind: 'images.push' }))
  at.server.on('POST /api/v1/images/tag', image('shop/web:2'))
  expect(await at.run('push', 'nginx:1.27')).toMatchObject({ exit: 0 })
  expect(at.sent('POST /api/v1/images/push')).toEqual({ target: 'berlin', image: 'nginx:1.27' })
  expect((await at.run('tag', 'aaaaaaaa', 'shop/web:2')).stderr).toContain('is called shop/web:2 as well')
  expect(at.sent('POST /api/v1/images/tag')).toEqual({ target: 'berlin', image: image('').imageId, tag: 'shop/web:2' })
  expect((await at.run('push', 'nginx:1.28')).stderr).toContain('Nearest name: nginx:1.27.')
})

test('a clean-up removes just what was shown', async () => {
  at.server.on(
    'POST /api/v1/images/prune?dryRun',
    plan({ summary: '1 image goes from berlin-1, which frees 5.0 MB.', digest: 'seen' }),
  )
  at.server.on('POST /api/v1/images/prune', { removed: ['redis:7'], freedBytes: 5_242_880 })
  expect((await at.run('image', 'prune', '--all', '--dry-run')).stdout).toContain('which frees 5.0 MB')
  expect((await at.run('image', 'prune')).exit).toBe(2)
  expect(at.sent('POST /api/v1/images/prune')).toBeUndefined()
  const ran = await at.run('image', 'prune', '--all', '--older-than', '24h', '--yes')
  expect(ran.stderr).toContain('1 image removed, 5.00 MB free again.')
  expect(at.sent('POST /api/v1/images/prune')).toEqual({ target: 'berlin', all: true, olderThanMs: 86_400_000 })
  expect((await at.run('image', 'prune', '--older-than', 'soon', '--yes')).exit).toBe(2)
})

test('images are saved into a file and loaded from one', async () => {
  at.server.on('GET /api/v1/images/save', { tar: 'bytes' })
  const file = join(at.folder, 'nginx.tar')
  expect(await at.run('image', 'save', 'nginx:1.27', '--to', file)).toMatchObject({ exit: 0 })
  expect(at.query('GET /api/v1/images/save')).toEqual({ target: 'berlin', images: 'nginx:1.27' })
  expect(await readFile(file, 'utf8')).toContain('bytes')
  await writeFile(file, '{}')
  at.server.on('POST /api/v1/images/load', { loaded: ['nginx:1.27'] })
  expect((await at.run('image', 'load', '--from', file)).stderr).toContain('nginx:1.27 is on berlin-1.')
})

test('an image is removed by its name after its plan, history shows layers', async () => {
  at.server.on(
    'POST /api/v1/images/remove?dryRun',
    plan({ summary: 'Remove redis:7 from berlin-1, which frees 5.0 MB.' }),
  )
  at.server.on('POST /api/v1/images/remove', { untagged: ['redis:7'], removed: [], freedBytes: 0 })
  const ran = await at.run('image', 'remove', 'redis:7', '--force', '--target', 'berlin', '--yes')
  expect(ran.stderr).toContain('redis:7 is removed')
  expect(at.sent('POST /api/v1/images/remove')).toEqual({ target: 'berlin', image: 'redis:7', force: true })
  expect((await at.run('delete', 'image', 'redis:7', '--dry-run')).stdout).toContain('Remove redis:7')
  const layers = [{ id: null, command: 'RUN make', sizeBytes: 1_048_576, createdAt: now, tags: [] }]
  at.server.on('GET /api/v1/images/inspect', { ...image('nginx:1.27'), layers, ...settings })
  expect((await at.run('image', 'history', 'nginx:1.27')).stdout).toMatch(/1\.00 MB .*RUN make/)
  const told = (await at.run('describe', 'image', 'nginx:1.27')).stdout
  expect(told).toMatch(/used by +web/)
  expect(told).toContain('COLOUR=blue')
})
const settings = {
  platform: 'linux/amd64',
  user: null,
  command: ['nginx'],
  entrypoint: [],
  workingDirectory: null,
  ports: ['80/tcp'],
  volumes: [],
  environment: [{ name: 'COLOUR', value: 'blue', masked: false }],
}

test('registries are listed, found by name, and their password is never typed on the line', async () => {
  expect((await at.run('get', 'registries')).stdout).toMatch(/house +refused +registry\.example\.com +robot/)
  at.server.on('POST /api/v1/registries', registry)
  const ran = await at.piped(
    'a-secret\n',
    'registry',
    'add',
    '--name',
    'house',
    '--address',
    'registry.example.com',
    '--username',
    'robot',
    '--password',
    '--password-stdin',
  )
  expect(ran).toMatchObject({ exit: 0 })
  expect(at.sent('POST /api/v1/registries')).toMatchObject({ password: 'a-secret' })
  expect(ran.stdout + ran.stderr).not.toContain('a-secret')
  at.server.on('POST /api/v1/registries/re-1/check', { ...registry, state: 'ok', reason: null })
  expect((await at.run('registry', 'check', 'house')).stdout).toContain('ok')
})

test('an image is copied to another engine, and built from a tar', async () => {
  at.server.on('GET /api/v1/targets', listOf([target('berlin', 'berlin-1'), target('paris', 'paris-1')]))
  pulled('x')
  at.server.on('POST /api/v1/images/copy', job({ kind: 'images.copy' }))
  const copied = await at.run('image', 'copy', 'redis:7', '--to', 'paris-1', '--target', 'berlin-1', '--no-wait')
  expect(copied).toMatchObject({ exit: 0 })
  expect(at.sent('POST /api/v1/images/copy')).toEqual({ target: 'berlin', image: 'redis:7', to: 'paris' })
  at.server.on('POST /api/v1/images/build', job({ kind: 'images.build' }))
  const wish = ['--tag', 'shop/web:1', '--target', 'paris-1', '--file', 'sub/Build', '--stage', 'run', '--pull']
  const file = join(at.folder, 'context.tar')
  await writeFile(file, '{}')
  const args = ['--build-arg', 'A=1', '--build-arg', 'B=2', '--no-cache', '--from', file]
  expect(await at.run('image', 'build', ...wish, ...args)).toMatchObject({ exit: 0 })
  expect(at.query('POST /api/v1/images/build')).toEqual({
    target: 'paris',
    tag: 'shop/web:1',
    dockerfile: 'sub/Build',
    stage: 'run',
    args: 'A=1\nB=2',
    pull: 'true',
    noCache: 'true',
  })
})

test('names complete', async () => {
  expect(await at.run('__complete', 'push', '')).toMatchObject({ stdout: 'nginx:1.27\nredis:7\n', stderr: '' })
  expect((await at.run('__complete', 'image', 'history', 'red')).stdout).toBe('redis:7\n')
  expect((await at.run('__complete', 'registry', 'check', '')).stdout).toBe('house\n')
  expect((await at.run('__complete', 'get', 'im')).stdout).toBe('images\n')
  expect((await at.run('__complete', 'get', 'images', '--use', 'd')).stdout).toBe('dangling\n')
})
