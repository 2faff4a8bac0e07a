import { expect, test } from 'vitest'
import { isReference, mayGo, nameOf, targetOf } from './words.ts'

test('an image is called by its first name, else by its id', () => {
  const imageId = `sha256:${'0123456789ab'.repeat(5)}abcd`
  expect(nameOf({ imageId, tags: ['nginx:1', 'web:2'] })).toBe('nginx:1')
  expect(nameOf({ imageId, tags: [] })).toBe('0123456789ab')
})

test('the target of a row may have colons in its name', () => {
  expect(targetOf('docker:0123456789ab')).toBe('docker')
  expect(targetOf('a:b:0123456789ab')).toBe('a:b')
})

test('what is used or kept may not go', () => {
  expect(mayGo({ usedBy: [], kept: null })).toBe(true)
  expect(mayGo({ usedBy: [], kept: 'release r3 of shop' })).toBe(false)
  expect(mayGo({ usedBy: [{ serviceId: 'a:b', name: 'b', running: false }], kept: null })).toBe(false)
})

test.each([
  ['nginx', true],
  ['host:5000/shop/web:1.2', true],
  ['a@sha256:abc', true],
  ['', false],
  [' nginx', false],
  ['--all', false],
])('%s', (text, fits) => {
  expect(isReference(text)).toBe(fits)
})
