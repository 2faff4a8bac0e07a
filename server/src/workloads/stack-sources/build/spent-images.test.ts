import { Failure } from '@wheelhouse/contract'
import type { ObservedImage } from '@wheelhouse/driver'
import { createLog } from '@wheelhouse/platform/log'
import { expect, test } from 'vitest'
import { keptBuilds, removeSpent } from './spent-images.ts'

const log = createLog({ level: 'silent', pretty: false })
const hash = (number: number): string => number.toString(16).padStart(16, '0')
const image = (tag: string, hour: number, stack = 'shop'): ObservedImage => ({
  imageId: `sha256:${tag}`,
  tags: [tag],
  digests: [],
  sizeBytes: 1,
  createdAt: new Date(Date.UTC(2026, 0, 1, hour)).toISOString(),
  labels: stack === '' ? {} : { 'wheelhouse.build.stack': stack },
})

test('of each service the newest stay, with what is current and what is used; of others all', async () => {
  const web = Array.from({ length: keptBuilds + 4 }, (_, n) => image(`wheelhouse/shop/web:${hash(n)}`, n))
  const others = [
    image(`wheelhouse/shop/api:${hash(99)}`, 0),
    image(`wheelhouse/other/web:${hash(98)}`, 0, 'other'),
    image(`wheelhouse/shop/web:${hash(97)}`, 0, ''),
    image('wheelhouse/shop/web:mine', 0),
    image('nginx:1', 0),
  ]
  const asked: string[] = []
  const images = {
    list: () => Promise.resolve([...others, ...web.toReversed()]),
    remove: (tag: string, options: { force: boolean }) => {
      asked.push(tag)
      expect(options.force).toBe(false)
      if (tag === web[1]!.tags[0]) return Promise.reject(new Failure('STATE_CONFLICT', 'A container uses it.'))
      return Promise.resolve({ untagged: [tag], removed: [] })
    },
  }
  const current = [web[0]!.tags[0]!, `wheelhouse/shop/api:${hash(99)}`]
  expect(await removeSpent(images, 'shop', current, log)).toEqual([web[3], web[2]].map((one) => one!.tags[0]))
  expect(asked).toEqual([web[3], web[2], web[1]].map((one) => one!.tags[0]))
})
