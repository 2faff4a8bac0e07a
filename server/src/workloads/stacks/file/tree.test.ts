import { describe, expect, it } from 'vitest'
import { Problems } from './problems.ts'
import { readTree } from './tree.ts'

function read(source: string, variables: Record<string, string> = {}) {
  const problems = new Problems()
  const tree = readTree(source, variables, problems)
  return {
    value: tree.value,
    tree,
    told: problems.sorted().map((one) => `${one.line}:${one.column} ${one.path} ${one.message}`),
  }
}

describe('a YAML tree', () => {
  it('follows anchors and merge keys; own keys win, then the first merged', () => {
    const { value, told } = read(`
x-a: &a { p: 1, q: 1 }
x-b: &b { q: 2, r: 2 }
s:
  one: { <<: *a, p: 9 }
  two:
    <<: [*a, *b]
  three: *b
`)
    expect(value).toMatchObject({ s: { one: { p: 9, q: 1 }, two: { p: 1, q: 1, r: 2 }, three: { q: 2, r: 2 } } })
    expect(told).toEqual([])
  })

  it('takes an anchor again after it was given anew', () => {
    expect(read('a: &x 1\nb: *x\nc: &x 2\nd: *x\n').value).toEqual({ a: 1, b: 1, c: 2, d: 2 })
  })

  it('reads YAML 1.2: no sexagesimal numbers, no yes and no, octal only with 0o', () => {
    expect(read('a: 22:22\nb: yes\nc: no\nd: 0o17\ne: 1_000\n').value).toEqual({
      a: '22:22',
      b: 'yes',
      c: 'no',
      d: 15,
      e: '1_000',
    })
    expect(read('%YAML 1.1\n---\na: 22:22\nb: yes\n').value).toEqual({ a: '22:22', b: 'yes' })
  })

  it('keeps numbers as they are written', () => {
    const { tree } = read('a: 1.10\nb: 007\nc: 12345678901234567890\n')
    expect([tree.text(['a']), tree.text(['b']), tree.text(['c'])]).toEqual(['1.10', '007', '12345678901234567890'])
  })

  it('tells duplicate keys, unknown tags, lost anchors and broken lines where they stand, all at once', () => {
    const { told } = read('a: 1\na: 2\nb: !reset []\nc: *lost\nd: "x\n')
    expect(told[0]).toBe('2:1 a a is there twice. Keep one.')
    expect(told.join('\n')).toContain('3:4  This tag is not supported: !reset.')
    expect(told.join('\n')).toMatch(/4:4 .*lost/)
    expect(told.length).toBeGreaterThanOrEqual(4)
  })

  it('interpolates values, not keys, and nothing below x-', () => {
    const { value, told } = read('x-a: { k: $V }\n$V: ${V}\nq: "p$V"\nn: ${N}\n', { V: '8', N: '3' })
    expect(value).toEqual({ 'x-a': { k: '$V' }, $V: '8', q: 'p8', n: '3' })
    expect(told).toEqual([])
  })

  it('does not fall for alias bombs, loops or deep nesting', () => {
    const bomb = [
      'a0: &a0 [x,x,x,x,x,x,x,x,x,x]',
      ...Array.from({ length: 9 }, (_, n) => `a${n + 1}: &a${n + 1} [${Array(10).fill(`*a${n}`).join(',')}]`),
    ]
    expect(read(bomb.join('\n')).told.join()).toContain('expands to more than')
    const merges = [
      'a0: &a0 {x: 1}',
      ...Array.from({ length: 40 }, (_, n) => `a${n + 1}: &a${n + 1} {<<: [*a${n}, *a${n}]}`),
    ]
    expect(read(merges.join('\n')).told.join()).toContain('expands to more than')
    expect(read('a: &a { b: *a }').told.join()).toMatch(/itself|no anchor/)
    expect(read('a: &a\n  <<: *a\n').told.join()).toMatch(/itself|no anchor/)
    expect(read('['.repeat(100_000)).told.length).toBeGreaterThan(0)
    expect(read('__proto__: { polluted: 1 }').told.join()).toContain('not allowed')
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  it('reads a large map, and refuses one that would hold everything up', () => {
    const source = (count: number) => Array.from({ length: count }, (_, n) => `k${n}: ${n}`).join('\n')
    expect(Object.keys(read(source(10_000)).value as object)).toHaveLength(10_000)
    expect(read(source(60_000)).told.join()).toContain('Split it')
  })

  it('takes a byte order mark and CRLF', () => {
    expect(read('\uFEFFa: 1\r\nb: x\r\n').value).toEqual({ a: 1, b: 'x' })
  })
})
