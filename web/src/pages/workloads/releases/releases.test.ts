import type { Difference, Release } from '@wheelhouse/contract'
import { expect, test } from 'vitest'
import { groupDifferences, groupTitle } from './differences.ts'
import { choicesOf, likelyChoice, migratedSince, replacedBy } from './rollback.ts'
import { sourceWords } from './words.ts'

const release = (number: number, state: Release['state'], over: Partial<Release> = {}): Release => ({
  id: `release-${number}`,
  number,
  stack: 'shop',
  environment: 'production',
  state,
  pinned: false,
  artefacts: [],
  services: [],
  config: null,
  secrets: [],
  template: null,
  source: { directory: '/srv/shop', revision: null, dirty: false, message: null },
  migrated: false,
  backupId: null,
  sizeBytes: 0,
  promotedFrom: null,
  deploymentId: null,
  createdAt: '2026-11-21T12:00:00.000Z',
  createdBy: 'mara',
  ...over,
})
const kept = [
  release(118, 'bad', { migrated: true }),
  release(117, 'serving', { migrated: true, backupId: 'b-117' }),
  release(116, 'good', { backupId: 'b-116' }),
  release(115, 'good', { migrated: true }),
]

test('one goes back to the newest good release below the serving one, never to a bad one', () => {
  expect(choicesOf(kept).map((each) => each.number)).toEqual([116, 115])
  expect(likelyChoice(kept)?.number).toBe(116)
  expect(likelyChoice([release(1, 'serving')])).toBeUndefined()
})

test('migrations between the chosen and the serving release are told, not those of one that never served', () => {
  expect(migratedSince(kept, release(116, 'good')).map((each) => each.number)).toEqual([117])
  expect(migratedSince(kept, release(114, 'good')).map((each) => each.number)).toEqual([117, 115])
  expect(migratedSince(kept, release(117, 'good'))).toEqual([])
})

test('the dump of a release is the one made before the next replaced it', () => {
  expect(replacedBy(kept, release(115, 'good'))?.backupId).toBe('b-116')
  expect(replacedBy(kept, release(117, 'good'))).toBeUndefined()
})

test('differences stand by thing, in a fixed order', () => {
  const difference = (what: string): Difference => ({ kind: 'changed', what, before: 'a', after: 'b' })
  const groups = groupDifferences(
    ['secrets.TOKEN', 'services.web.image', 'source', 'services.api.ports.0', 'services.web.replicas'].map(difference),
  )
  expect(groups.map((group) => [groupTitle(group.name), group.items.map((item) => item.key)])).toEqual([
    ['api, service', ['ports.0']],
    ['web, service', ['image', 'replicas']],
    ['Secrets', ['TOKEN']],
    ['Source', ['source']],
  ])
})

test('a source is its commit, or its folder', () => {
  expect(sourceWords(release(1, 'good'))).toBe('/srv/shop')
  const source = { directory: null, revision: '9f31c07aa', dirty: true, message: null }
  expect(sourceWords(release(1, 'good', { source }))).toBe('9f31c07, changed since')
})
