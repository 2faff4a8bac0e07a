import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { GitHost } from '../testing/git-host.ts'
import { type GitAddress, readGitAddress } from './git-address.ts'
import { openRepository, type Repository, type RepositoryPlace } from './repository.ts'

let host: GitHost
let folder: string
beforeAll(async () => {
  host = await GitHost.open()
  folder = mkdtempSync(join(tmpdir(), 'wh-git-'))
}, 120_000)
afterAll(() => {
  host.close()
  rmSync(folder, { recursive: true })
})

const never = new AbortController().signal
async function opened<T>(act: (repository: Repository) => Promise<T>, more: Partial<RepositoryPlace> = {}): Promise<T> {
  const repository = await openRepository({
    folder: join(folder, randomBytes(6).toString('hex')),
    address: readGitAddress(host.url),
    branch: 'main',
    credential: {},
    signal: never,
    ...more,
  })
  try {
    return await act(repository)
  } finally {
    await repository.close()
  }
}
it('fetches the newest commit of a branch and reads files of it, with nothing left behind', async () => {
  await host.commit('First', { 'deploy/compose.yaml': 'name: shop\n', 'deploy/web.env': 'A=1\n' })
  const hash = await host.commit('Mend the\tpage\n\nAt length.', { 'deploy/compose.yaml': 'name: shop # ü\n' })
  await opened(async (repository) => {
    expect(await repository.head()).toBe(hash)
    expect(await repository.fetch()).toMatchObject({ hash, author: 'Ada Mason', message: 'Mend thepage' })
    expect(await repository.read('deploy/compose.yaml')).toBe('name: shop # ü\n')
    expect(await repository.read('deploy/web.env')).toBe('A=1\n')
    expect(await repository.read('deploy/none.yaml')).toBeNull()
    expect(await repository.read(':(top)deploy/web.env')).toBeNull()
  })
  expect(readdirSync(folder)).toEqual([])
})

it('asks for a sign-in in words, and signs in without a word of it in what it runs', async () => {
  host.login = 'reader:s3cret-token'
  try {
    await expect(opened((repository) => repository.head())).rejects.toMatchObject({
      code: 'TARGET_REFUSED',
      message: expect.stringContaining('wants a sign-in') as string,
    })
    const wrong = opened((repository) => repository.head(), {
      credential: { username: 'reader', token: 'wrong-token' },
    })
    const error = await wrong.catch((refusal: unknown) => refusal as Error)
    expect(String(error)).toContain('refuses this one')
    expect(String(error)).not.toContain('wrong-token')
    const credential = { username: 'reader', token: 's3cret-token' }
    expect(await opened((repository) => repository.head(), { credential })).toMatch(/^[0-9a-f]{40}$/)
  } finally {
    host.login = null
  }
})

it('follows no redirect, so that no other address is called and no token goes there', async () => {
  for (const path of ['away.git', 'inner.git']) {
    const address = readGitAddress(host.url.replace('shop.git', path))
    const seen = host.signedWith.length
    await expect(
      opened((repository) => repository.head(), { address, credential: { token: 'abc' } }),
    ).rejects.toMatchObject({ message: expect.stringContaining('sends on to another address') as string })
    expect(host.signedWith.length).toBe(seen + 1)
  }
})

it('calls no address that is never called for a user', async () => {
  const address = readGitAddress('http://169.254.169.254/shop.git')
  await expect(opened((repository) => repository.head(), { address })).rejects.toMatchObject({
    code: 'TARGET_REFUSED',
    message: '169.254.169.254 is an address that Wheelhouse does not call.',
  })
})

it('takes no transport but the one of the address, whatever is handed to it', async () => {
  const mark = join(folder, 'pwned')
  const forged: GitAddress = { kind: 'https', host: '127.0.0.1', port: 443, url: `ext::sh -c "touch% ${mark}"` }
  await expect(opened((repository) => repository.head(), { address: forged })).rejects.toMatchObject({
    code: 'TARGET_REFUSED',
  })
  const local: GitAddress = { kind: 'https', host: '127.0.0.1', port: 443, url: host.bare }
  await expect(opened((repository) => repository.head(), { address: local })).rejects.toMatchObject({
    code: 'TARGET_REFUSED',
  })
  expect(existsSync(mark)).toBe(false)
})

it('refuses links, folders, submodules, what is too large and what is no text', async () => {
  const inner = await host.commit('Inner', { 'plain.yaml': 'name: a\n' }, 'inner')
  mkdirSync(join(host.work, 'vendor'))
  await host.git('-C', host.work, 'update-index', '--add', '--cacheinfo', `160000,${inner},vendor`)
  await host.commit('Hostile', {
    'compose.yaml': '-> /etc/passwd',
    'out/compose.yaml': '-> ../../../../etc/passwd',
    linked: '-> /etc',
    'large.yaml': 'x'.repeat(1_000_001),
    'bomb.yaml': Buffer.alloc(20_000_000),
    'binary.yaml': Buffer.from([0xff, 0xfe, 0x00, 0x01]),
    'deploy/compose.yaml': 'name: shop\n',
  })
  await opened(async (repository) => {
    await repository.fetch()
    const read = (path: string) => repository.read(path)
    await expect(read('compose.yaml')).rejects.toMatchObject({ code: 'STACK_INVALID', message: /is a link/ })
    await expect(read('out/compose.yaml')).rejects.toThrow('is a link')
    expect(await read('linked/passwd')).toBeNull()
    await expect(read('vendor')).rejects.toThrow('lies in a submodule')
    await expect(read('deploy')).rejects.toThrow('is a folder')
    await expect(read('large.yaml')).rejects.toThrow('is larger than 1 MB')
    await expect(read('bomb.yaml')).rejects.toThrow('is larger than 1 MB')
    await expect(read('binary.yaml')).rejects.toThrow('is no text')
  })
}, 120_000)

it('stops at a repository that is too large, and at a host that never answers', async () => {
  await host.git('-C', host.bare, 'config', 'uploadpack.allowFilter', 'false')
  await host.commit('Large', Object.fromEntries([1, 2, 3].map((n) => [`noise-${n}`, randomBytes(1_500_000)])))
  const limits = { folderBytes: 1_048_576 }
  await expect(opened((repository) => repository.fetch(), { limits })).rejects.toMatchObject({
    code: 'TARGET_REFUSED',
    message: /larger than 1 MiB/,
  })
  const address = readGitAddress(host.url.replace('shop.git', 'silent.git'))
  await expect(
    opened((repository) => repository.head(), { address, limits: { timeoutMs: 1000 } }),
  ).rejects.toMatchObject({ code: 'TIMED_OUT' })
}, 120_000)

it('says that there is no such branch, repository or host', async () => {
  await expect(opened((repository) => repository.head(), { branch: 'none' })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  })
  const missing = readGitAddress(host.url.replace('shop.git', 'none.git'))
  await expect(opened((repository) => repository.head(), { address: missing })).rejects.toThrow('no such repository')
  const closed = readGitAddress('http://127.0.0.1:1/shop.git')
  await expect(opened((repository) => repository.head(), { address: closed })).rejects.toMatchObject({
    code: 'TARGET_UNREACHABLE',
  })
})
