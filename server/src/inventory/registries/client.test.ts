import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeTags, repositories, tagNames } from './catalogue.ts'
import { RegistryClient } from './client.ts'
import { tryDoor } from './operations.ts'
import { account, openTokenRegistry, type TokenRegistry } from './testing/token-registry.ts'

let registry: TokenRegistry
const { signal } = new AbortController()
beforeAll(async () => {
  registry = await openTokenRegistry()
})
afterAll(() => registry.close())
const door = (more: Partial<ConstructorParameters<typeof RegistryClient>[0]> = {}) => ({
  address: registry.address,
  ...account,
  insecure: true,
  ...more,
})

test('signs in by a token for just what is asked', async () => {
  const client = new RegistryClient(door(), signal)
  expect(await tagNames(client, 'shop/web')).toEqual(['1', '2'])
  const tokens = registry.asked.filter(({ path }) => path.startsWith('/token'))
  expect(tokens.map(({ path }) => new URL(path, 'http://x').searchParams.get('scope'))).toEqual([
    'repository:shop/web:pull',
  ])
  expect(await describeTags(client, 'shop/web', ['1', '2', 'none'], false)).toEqual([
    {
      tag: '1',
      digest: `sha256:${'a'.repeat(64)}`,
      sizeBytes: 12,
      platforms: ['linux/amd64'],
      createdAt: '2026-01-02T03:04:05.678Z',
    },
    {
      tag: '2',
      digest: `sha256:${'c'.repeat(64)}`,
      sizeBytes: null,
      platforms: ['linux/arm64/v8', 'linux/amd64'],
      createdAt: null,
    },
    { tag: 'none', digest: null, sizeBytes: null, platforms: [], createdAt: null },
  ])
})

test('a redirect of a blob is followed without the sign-in', async () => {
  const seen: (string | undefined)[] = []
  const store = createServer((request, response) => {
    seen.push(request.headers.authorization)
    response.end(JSON.stringify({ os: 'linux', architecture: 'riscv64' }))
  })
  await new Promise<void>((resolve) => store.listen(0, '127.0.0.1', resolve))
  registry.redirectBlobs = `http://127.0.0.1:${(store.address() as AddressInfo).port}/blob`
  const [row] = await describeTags(new RegistryClient(door(), signal), 'shop/web', ['1'], false)
  expect(row?.platforms).toEqual(['linux/riscv64'])
  expect(seen).toEqual([undefined])
  registry.redirectBlobs = null
  store.close()
})

test('what is wrong is told, without the password', async () => {
  const password = 'a-wrong-password'
  const wrong = await tryDoor(door({ password }), Date.now, signal)
  expect(wrong).toMatchObject({ state: 'refused' })
  expect(wrong.reason).toContain('refused the sign-in of robot')
  expect(wrong.reason).not.toContain(password)
  expect(await tryDoor(door(), Date.now, signal)).toMatchObject({ state: 'ok', reason: null })
  const strict = await tryDoor(door({ insecure: false }), Date.now, signal)
  expect(strict).toMatchObject({ state: 'unreachable' })
  expect(strict.reason).toContain('plain HTTP')
  expect(await tryDoor(door({ address: '127.0.0.1:1' }), Date.now, signal)).toMatchObject({ state: 'unreachable' })
  const metadata = await tryDoor(door({ address: '169.254.169.254' }), Date.now, signal)
  expect(metadata).toMatchObject({ state: 'unreachable' })
})

test('nothing goes to a registry that does not speak safely before a person has allowed it', async () => {
  registry.asked.length = 0
  await tryDoor(door({ insecure: false }), Date.now, signal)
  expect(registry.asked.every(({ authorization }) => authorization === null)).toBe(true)
})

test('a registry that lists nothing, and names that lead elsewhere', async () => {
  const client = new RegistryClient(door(), signal)
  await expect(repositories(client, registry.address)).rejects.toMatchObject({ code: 'CAPABILITY_MISSING' })
  for (const name of ['../_catalog', 'a/../b', '', 'a//b', 'A', 'a?n=1'])
    await expect(tagNames(client, name)).rejects.toMatchObject({ code: 'NOT_FOUND' })
})
