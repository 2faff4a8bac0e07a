import { randomBytes } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readStack } from '../../stacks/index.ts'
import { readGitAddress } from '../git/git-address.ts'
import { openRepository, type Repository } from '../git/repository.ts'
import { GitHost } from '../testing/git-host.ts'
import { imageToBuild } from './image-to-build.ts'

let host: GitHost
let folder: string
let repository: Repository
beforeAll(async () => {
  host = await GitHost.open()
  folder = mkdtempSync(join(tmpdir(), 'wh-to-build-'))
  const inner = await host.commit('Inner', { 'x.txt': 'x' }, 'inner')
  mkdirSync(join(host.work, 'app/vendor'), { recursive: true })
  await host.git('-C', host.work, 'update-index', '--add', '--cacheinfo', `160000,${inner},app/vendor`)
  await host.commit('First', {
    'app/Dockerfile': 'FROM scratch\n',
    'app/docker/other.Dockerfile': 'FROM scratch\n',
    'app/linked.Dockerfile': '-> /etc/passwd',
    'app/away': '-> /etc',
    'app/.gitattributes': '*.txt filter=evil export-ignore\n',
    'app/kept.txt': 'kept',
    'app/.dockerignore': 'docs\n',
    'bare/readme.txt': 'no Dockerfile',
    Dockerfile: 'FROM scratch\n',
    tunnel: '-> /etc',
  })
  repository = await openRepository({
    folder: join(folder, randomBytes(6).toString('hex')),
    address: readGitAddress(host.url),
    branch: 'main',
    credential: {},
    signal: new AbortController().signal,
  })
  await repository.fetch()
}, 120_000)
afterAll(async () => {
  await repository.close()
  host.close()
  rmSync(folder, { recursive: true, force: true })
})

const ask = async (build: string, more = '', key = 'k') => {
  const read = readStack({ source: `services: { web: { build: ${build}${more} } }`, name: 'My-shop'.toLowerCase() })
  return imageToBuild(
    repository,
    'my-shop',
    read.builds[0]!,
    (path) => (path.startsWith('..') || path.startsWith('/') ? null : path),
    key,
  )
}

it('finds folder, Dockerfile and what is left out, and names the image by what it holds', async () => {
  const plain = await ask('app')
  expect(plain).toMatchObject({ context: 'app', ignored: 'docs\n', told: [], build: { dockerfile: 'Dockerfile' } })
  expect(plain.tag).toMatch(/^wheelhouse\/my-shop\/web:[0-9a-f]{16}$/)
  expect((await ask('{ context: ./app }')).tag).toBe(plain.tag)
  expect((await ask('.')).context).toBe('.')
  const others = await Promise.all([
    ask('{ context: app, dockerfile: docker/other.Dockerfile }'),
    ask('{ context: app, args: { A: "1" } }'),
    ask('{ context: app, args: { A: "2" } }'),
    ask('{ context: app, target: last }'),
    ask('{ context: app, dockerfile_inline: "FROM scratch" }'),
    // A short value cannot be found by trying: without the key of the house there is no telling.
    ask('{ context: app, args: { A: "1" } }', '', 'another key'),
  ])
  expect(new Set([plain, ...others].map(({ tag }) => tag)).size).toBe(7)
})

it('tells what is left aside, and args that are named like secrets, without their values', async () => {
  const { told } = await ask(
    '{ context: app, args: { NPM_TOKEN: hush-hush }, tags: [a/b:1], shm_size: 1g }',
    ', image: "a/b:2"',
  )
  expect(told).toEqual([
    'web is built, so a/b:2 is neither pulled nor made.',
    'Build args stay in the history of the image. Make sure that these are no secrets: NPM_TOKEN.',
    'services.web.build: tags, shm_size has no effect here.',
  ])
})

it.each([
  ['../up', 'context: it leads out of the repository'],
  ['/etc', 'context: it leads out of the repository'],
  ['https://example.com/a.git', 'it is built from the repository of the stack alone'],
  ['git@example.com:a.git', 'it is built from the repository of the stack alone'],
  ['none', 'there is no folder none in the repository'],
  ['tunnel', 'there is no folder tunnel in the repository'],
  ['app/away', 'there is no folder app/away in the repository'],
  ['app/vendor', 'there is no folder app/vendor in the repository'],
  ['bare', 'dockerfile: there is no Dockerfile in the folder bare. Add it'],
  ['{ context: app, dockerfile: ../Dockerfile }', 'dockerfile: ../Dockerfile is not in the folder app. Move it there'],
  ['{ context: app, dockerfile: docker/../../Dockerfile }', 'is not in the folder app'],
  ['{ context: app, dockerfile: /etc/passwd }', 'is not in the folder app'],
  ['{ context: app, dockerfile: linked.Dockerfile }', 'is a link'],
  ['{ context: app, network: host }', 'network: a build has the network of the engine, or none'],
  ['{ context: app, ssh: [default] }', 'ssh is not known to the builder'],
  ['{ context: app, privileged: true, platforms: [linux/arm64] }', 'privileged, platforms are not known'],
])('refuses %s', async (build, words) => {
  await expect(ask(build)).rejects.toMatchObject({
    code: 'STACK_INVALID',
    message: expect.stringContaining(words) as string,
  })
})

it('builds nothing where an image is to be pulled, nor for a Swarm', () => {
  const builds = (service: string, swarm = false) =>
    readStack({ source: `services: { web: ${service} }`, name: 'shop', swarm }).builds.length
  expect(builds('{ build: app }')).toBe(1)
  expect(builds('{ build: app, image: "a:1" }')).toBe(1)
  expect(builds('{ build: app, image: "a:1", pull_policy: build }')).toBe(1)
  expect(builds('{ build: app, image: "a:1", pull_policy: always }')).toBe(0)
  expect(builds('{ build: app, image: "a:1", pull_policy: missing }')).toBe(0)
  expect(builds('{ build: app, profiles: [later] }')).toBe(0)
  expect(builds('{ build: app }', true)).toBe(0)
})

it('writes a tree as it is: links as links, submodules empty, nothing left out, no filter run', async () => {
  const to = join(repository.folder, 'tree')
  await repository.writeTree((await repository.tree('app'))!, to)
  expect(readdirSync(to).toSorted()).toEqual([
    '.dockerignore',
    '.gitattributes',
    'Dockerfile',
    'away',
    'docker',
    'kept.txt',
    'linked.Dockerfile',
    'vendor',
  ])
  expect(lstatSync(join(to, 'away')).isSymbolicLink()).toBe(true)
  expect(readFileSync(join(to, 'kept.txt'), 'utf8')).toBe('kept')
  expect(readdirSync(join(to, 'vendor'))).toEqual([])
  const again = join(repository.folder, 'again')
  await repository.writeTree((await repository.tree('app/docker'))!, again)
  expect(readdirSync(again)).toEqual(['other.Dockerfile'])
  expect(existsSync(join(to, 'Dockerfile'))).toBe(true)
})
