import { expect, test } from 'vitest'
import { imagePath, splitReference } from './image-path.ts'
import { observedImage } from './list.ts'
import { registryAuth } from '@wheelhouse/engine'
import { layerOf } from './transfer.ts'

test.for([
  ['nginx', 'nginx', 'latest'],
  ['nginx:1.27', 'nginx', '1.27'],
  ['host:5000/a/b', 'host:5000/a/b', 'latest'],
  ['host:5000/a/b:2', 'host:5000/a/b', '2'],
  ['a@sha256:abc', 'a', 'sha256:abc'],
] as const)('%s', ([image, name, tag]) => {
  expect(splitReference(image)).toEqual({ name, tag })
})

test('a name leads nowhere else', () => {
  expect(imagePath('host:5000/a/b?x=1#y')).toBe('/images/host%3A5000/a/b%3Fx%3D1%23y')
  for (const path of ['../containers/abc', 'a/../b', './a', '/a', 'a//b', ''])
    expect(() => imagePath(path)).toThrow('no image')
})

test('a sign-in is one header, padded and safe in any letter', () => {
  const header =
    registryAuth({ address: 'docker.io', username: 'u', password: '\u{1F600}?>~' })['x-registry-auth'] ?? ''
  expect(header).toMatch(/^[\w-]+=*$/)
  expect(header.length % 4).toBe(0)
  expect(JSON.parse(Buffer.from(header, 'base64url').toString('utf8'))).toEqual({
    username: 'u',
    password: '\u{1F600}?>~',
    serveraddress: 'https://index.docker.io/v1/',
  })
  expect(registryAuth(null)).toEqual({ 'x-registry-auth': 'e30=' })
})

test('an image without a name has none', () => {
  const image = { Id: 'sha256:a', Created: 1_700_000_000, Size: 5, Labels: null }
  const old = observedImage({ ...image, RepoTags: ['<none>:<none>'], RepoDigests: ['<none>@<none>'] })
  expect(old).toEqual(observedImage({ ...image, RepoTags: null, RepoDigests: [] }))
  expect(old).toMatchObject({ tags: [], digests: [], labels: {}, createdAt: '2023-11-14T22:13:20.000Z' })
})

test('only lines of a layer are its progress', () => {
  const progressDetail = { current: 5, total: 10 }
  expect(layerOf({ id: '0123456789ab', status: 'Downloading', progressDetail })).toEqual({
    layer: '0123456789ab',
    status: 'Downloading',
    current: 5,
    total: 10,
  })
  expect(layerOf({ id: '1.27', status: 'Pulling from library/nginx' })).toBeNull()
  expect(layerOf({ status: 'Digest: sha256:abc' })).toBeNull()
})
