import { expect, test } from 'vitest'
import { readStack, type StackText } from '../read-stack.ts'

const rows = (count: number, row: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => row(n)).join('\n')
const compose = (lines: string): string => `name: big\nservices:\n${lines}`
const read = (source: string, more: Partial<StackText> = {}): string =>
  readStack({ source, ...more })
    .problems.map(({ message }) => message)
    .join('\n')

// What is small to send and large to read would stop everything else; the time limits are far above what is needed.
const brief = { timeout: 60_000 }

test('a file cannot multiply without bound', brief, () => {
  const range = rows(2_000, (n) => `      - "127.0.${n >> 8}.${n & 255}:1-65535:1-65535"`)
  expect(read(compose(`  a:\n    image: x\n    ports:\n${range}\n`))).toContain('makes more than')
  expect(read(compose(rows(4_000, (n) => `  s${n}: { image: x, scale: 100 }`)))).toContain('makes more than')
  const shared = { e: rows(10_000, (n) => `A${n}=1`) }
  expect(read(compose(rows(2_000, (n) => `  s${n}: { image: x, env_file: e }`)), { files: shared })).toContain(
    'makes more than',
  )
})

test('values that hold each other cannot grow without bound', brief, () => {
  const one = compose('  a:\n    image: x\n    env_file: e\n')
  const doubling = `A0=xxxxxxxx\n${rows(40, (n) => `A${n + 1}=$A${n}$A${n}`)}`
  expect(read(one, { files: { e: doubling } })).toContain('longer than')
  const many = rows(100, () => `  s: "$V"`)
  expect(
    read(`x: 1\n${rows(100, (n) => `k${n}: "$V"`)}\n${many}`, { variables: { V: 'v'.repeat(200_000) } }),
  ).toContain('With its variables')
})

test('thousands of unknown words are told without comparing each with each', brief, () => {
  const variables = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`A_LONG_NAME_OF_A_VARIABLE_${n}`, '1']))
  const lines = rows(5_000, (n) => `      V${n}: \${A_LONG_NAME_OF_A_VARIABLX_${n}}`)
  expect(read(compose(`  a:\n    image: x\n    environment:\n${lines}\n`), { variables })).toContain('is not set')
})

test('an env file is read in the time of its length, and a long chain of services within the stack', brief, () => {
  const chained = rows(9_000, (n) => `A${n}=$A${n - 1}x`)
  expect(
    read(compose('  a:\n    image: x\n    env_file: e\n'), { files: { e: `A=1\n${chained.slice(0, 190_000)}` } }),
  ).not.toContain('longer')
  const chain = rows(6_000, (n) => `  s${n}: { image: x, depends_on: [s${n + 1}] }`)
  expect(read(compose(`${chain}\n  s6000: { image: x }`))).toBe('')
  expect(read(compose(`${chain}\n  s6000: { image: x, depends_on: [s0] }`))).toContain('in a loop')
})
