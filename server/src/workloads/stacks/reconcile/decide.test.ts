import { expect, test } from 'vitest'
import { readStack } from '../read-stack.ts'
import { nothingPast } from '../store.ts'
import { decide } from './decide.ts'

test('a volume that another stack made is kept, and whose it is is told', () => {
  const source = `name: shop
services: { web: { image: x, volumes: ["a:/a", "b:/b", "c:/c"] } }
volumes: { a: { name: bank_data }, b: , c: }
`
  const found = (name: string, stack: string) => ({ kind: 'volume' as const, name, stack, labels: {} })
  const present = { services: [], resources: [found('bank_data', 'bank'), found('shop_b', 'shop')] }
  const { resources } = decide(readStack({ source }).rendered!, nothingPast, present)
  const volumes = resources.filter(({ spec }) => spec.kind === 'volume')
  expect(volumes.map(({ verb, spec, owner }) => [spec.name, verb, owner])).toEqual([
    ['bank_data', 'keep', 'bank'],
    ['shop_b', 'keep', null],
    ['shop_c', 'create', null],
  ])
})
