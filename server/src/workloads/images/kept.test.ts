import { expect, test } from 'vitest'
import type { KeptRelease } from '../releases/index.ts'
import { Kept, keeping } from './kept.ts'

const id = `sha256:${'a'.repeat(64)}`
const release = (more: Partial<KeptRelease>): KeptRelease =>
  ({
    number: 3,
    stack: 'shop',
    environment: 'production',
    pinned: false,
    artefacts: [],
    services: [],
    uses: { targetIds: ['berlin'], folders: [] },
    ...more,
  }) as unknown as KeptRelease
const image = (more: object) => ({ imageId: 'sha256:x', tags: [], digests: [], ...more })

test('an image is kept by name, by id and by digest, where its release is', () => {
  const service = (name: string) => ({ name: 'web', image: name, digest: '' })
  const on = keeping([
    release({ services: [service('nginx'), service('host:5000/web@sha256:d')] }),
    release({ number: 4, pinned: true, artefacts: [{ kind: 'image', digest: id }] as KeptRelease['artefacts'] }),
  ])
  expect(on('berlin')(image({ tags: ['nginx:latest'] }))).toBe('release r3 of shop (production)')
  expect(on('berlin')(image({ digests: ['host:5000/web@sha256:d'] }))).toBe('release r3 of shop (production)')
  expect(on('berlin')(image({ imageId: id }))).toBe('pinned release r4 of shop (production)')
  expect(on('berlin')(image({ tags: ['nginx:1'] }))).toBeNull()
  expect(on('paris')(image({ tags: ['nginx:latest'] }))).toBeNull()
})

test('what a Swarm runs is kept on the engines that are its nodes, whatever tag stands beside its digest', () => {
  const image1 = 'host:5000/web:1@sha256:d'
  const uses = { targetIds: ['swarm-a'], folders: [] }
  const all = [release({ uses, services: [{ name: 'web', image: image1, digest: '' }] })]
  const on = keeping(all, (engine) => (engine === 'n2' ? ['swarm-a'] : []))
  expect(on('n2')(image({ digests: ['host:5000/web@sha256:d'] }))).toBe('release r3 of shop (production)')
  expect(on('n9')(image({ digests: ['host:5000/web@sha256:d'] }))).toBeNull()
})

test('a release that does not say where it is keeps its images everywhere', () => {
  const on = keeping([
    release({ uses: { targetIds: [], folders: [] }, services: [{ name: 'web', image: 'nginx:1', digest: '' }] }),
  ])
  expect(on('paris')(image({ tags: ['nginx:1'] }))).not.toBeNull()
})

test('lists read releases once in a while, acts each time', async () => {
  let [reads, now] = [0, 0]
  const kept = new Kept({ list: () => Promise.resolve((reads += 1) > 0 ? [] : []) }, () => now)
  await kept.recent()
  await kept.recent()
  expect(reads).toBe(1)
  await kept.now()
  now = 10_000
  await kept.recent()
  expect(reads).toBe(3)
})
