import { describe, expect, test } from 'vitest'
import { blocks, type Inline, inlines, safeHref } from './parse.ts'

const hrefs = (parts: readonly Inline[]): string[] =>
  parts.flatMap((part) => (part.kind === 'link' ? [part.href] : 'parts' in part ? hrefs(part.parts) : []))
const all = (text: string): string[] =>
  blocks(text).flatMap((block) =>
    'parts' in block ? hrefs(block.parts) : block.kind === 'list' ? block.items.flatMap(hrefs) : [],
  )

describe('markdown', () => {
  test('has headings, paragraphs, lists, quotes, code and rules', () => {
    const text = '# Head\n\nOne\ntwo\n\n- a\n- b\n  more\n\n1. x\n2) y\n\n> said\n> so\n\n```\n<b>\n```\n---'
    expect(blocks(text)).toMatchObject([
      { kind: 'heading', level: 1 },
      { kind: 'paragraph', parts: [{ text: 'One two' }] },
      { kind: 'list', ordered: false, items: [[{ text: 'a' }], [{ text: 'b more' }]] },
      { kind: 'list', ordered: true, items: [[{ text: 'x' }], [{ text: 'y' }]] },
      { kind: 'quote', parts: [{ text: 'said so' }] },
      { kind: 'code', text: '<b>' },
      { kind: 'rule' },
    ])
  })

  test('has strong, emphasis, code, and links to pages and the web', () => {
    expect(inlines('a **b *c* x** `d*` [e](/logs) https://f.example/g.')).toMatchObject([
      { text: 'a ' },
      { kind: 'strong' },
      { text: ' ' },
      { kind: 'code', text: 'd*' },
      { text: ' ' },
      { kind: 'link', href: '/logs' },
      { text: ' ' },
      { kind: 'link', href: 'https://f.example/g.' },
    ])
  })

  test.each([
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt:alert%281%29)',
    '[x](data:text/html;base64,PHNjcmlwdD4=)',
    '[x](vbscript:msgbox)',
    '[x](//evil.example)',
    '[x](/\\evil.example)',
    '[x](file:///etc/passwd)',
  ])('no link leads out of bounds: %s', (text) => {
    expect(all(text)).toEqual([])
  })

  test('what looks like HTML is text', () => {
    const html = '<script>alert(1)</script> <img src=x onerror=alert(1)> <a href="javascript:x">y</a>'
    expect(blocks(html)).toEqual([{ kind: 'paragraph', parts: [{ kind: 'text', text: html }] }])
    expect(safeHref('javascript:alert(1)')).toBeNull()
    expect(safeHref('https://example.com/a"b')).toBe('https://example.com/a%22b')
  })

  test('long and broken text ends soon', () => {
    expect(blocks('*'.repeat(20_000)).length).toBeGreaterThan(0)
    expect(blocks(`${'['.repeat(5_000)}${'**a'.repeat(5_000)}`).length).toBeGreaterThan(0)
    expect(blocks('```\nnever closed')).toEqual([{ kind: 'code', text: 'never closed' }])
  })
})
