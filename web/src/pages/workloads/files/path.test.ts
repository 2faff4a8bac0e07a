import { expect, test } from 'vitest'
import { readPairs } from '../volumes/pairs.ts'
import { packed } from './pack.ts'
import { inside, nameOf, parentOf, steps } from './path.ts'

test('paths go up and down', () => {
  expect([parentOf('/a'), parentOf('/a/b'), nameOf('/a/b'), inside('/', 'x'), inside('/a', 'x')]).toEqual([
    '/',
    '/a',
    'b',
    '/x',
    '/a/x',
  ])
  expect(steps('/')).toEqual([])
  expect(steps('/a/b c')).toEqual([
    { name: 'a', path: '/a' },
    { name: 'b c', path: '/a/b c' },
  ])
})

test('pairs are read line by line, and a wrong line is told by its number', () => {
  expect(readPairs('a=b\n\n c = d=e \n')).toEqual({ pairs: { a: 'b', 'c ': ' d=e' }, wrong: null })
  expect(readPairs('a=b\nno pair').wrong).toBe('Line 2: write key=value.')
})

test('picked files become a whole tar', async () => {
  const tar = packed([new File(['hello'], 'a.txt', { lastModified: 1.7e12 }), new File([], 'empty')])
  expect(tar.size).toBe(512 + 512 + 512 + 1024)
  const text = await tar.text()
  expect(text.slice(0, 5)).toBe('a.txt')
  expect(text.slice(512, 517)).toBe('hello')
})
