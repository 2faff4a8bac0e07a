import { expect, test } from 'vitest'
import { complaints } from './sizes.ts'

const files = (count: number, lines: number, folder = 'server/src/a') => {
  return Array.from({ length: count }, (_, index) => ({ path: `${folder}/file-${index}.ts`, lines }))
}

test('small files with good names are fine', () => {
  expect(complaints([...files(20, 90), { path: 'server/src/a/file-1.lab.test.ts', lines: 450 }])).toEqual([])
})

test.each([
  ['a long median', files(3, 91), /median file has 91 lines/],
  ['a long tail', [...files(8, 10), ...files(2, 251, 'b')], /one file in ten has over 250 lines/],
  ['one long file', [...files(19, 10), { path: 'b/long.ts', lines: 451 }], /^b\/long.ts has 451 lines/],
  ['a full folder', files(21, 10), /^server\/src\/a has 21 files/],
  ['a vague name', [{ path: 'a/utils.ts', lines: 1 }], /"utils" says nothing/],
  ['a vague name of a test', [{ path: 'a/types.test.ts', lines: 1 }], /"types" says nothing/],
  ['a vague folder', [{ path: 'a/common/b.ts', lines: 1 }], /"common" says nothing/],
  ['capitals', [{ path: 'a/LoginPage.tsx', lines: 1 }], /kebab-case/],
])('%s is a complaint', (_, sources, expected) => {
  expect(complaints(sources)).toEqual([expect.stringMatching(expected)])
})
