import { createLog } from '@wheelhouse/platform/log'
import type { DeploymentLine } from '@wheelhouse/contract'
import { describe, expect, test } from 'vitest'
import type { DeploymentFrames } from './frames.ts'
import { LiveLines, Mask } from './lines.ts'

function openLines(mask: Mask) {
  const kept: DeploymentLine[] = []
  const store = {
    addLines: (_id: string, lines: readonly DeploymentLine[]) => {
      kept.push(...lines)
      return Promise.resolve()
    },
    lastLine: () => Promise.resolve(0),
  }
  const frames = { line: () => undefined } as unknown as DeploymentFrames
  return {
    kept,
    open: () => new LiveLines(store, frames, createLog({ level: 'silent', pretty: false })).open('run', mask),
  }
}

describe('a mask', () => {
  const secret = 'p@ss "word"/1+2'

  test.each([
    ['as it is', secret],
    ['in JSON', JSON.stringify({ a: secret })],
    ['in a URL', `postgres://app:${encodeURIComponent(secret)}@db/app`],
    ['in base64', Buffer.from(secret).toString('base64')],
  ])('hides a value %s', (_, text) => {
    const mask = new Mask()
    mask.add([secret])
    const hidden = mask.hide(text)
    expect(hidden).toContain('[secret]')
    for (const part of ['word', encodeURIComponent(secret), 'cEBzc']) expect(hidden).not.toContain(part)
  })

  test('hides each line of a key, and every text inside a value', () => {
    const mask = new Mask()
    mask.add(['-----BEGIN KEY-----\nabcdefgh\n-----END KEY-----'])
    expect(mask.hideIn({ lines: ['x abcdefgh y'], count: 1, none: null })).toEqual({
      lines: ['x [secret] y'],
      count: 1,
      none: null,
    })
  })
})

describe('lines of a run', () => {
  test('cut a very long line and leave no part of a secret at the cut', async () => {
    const mask = new Mask()
    mask.add(['hunter2-hunter2'])
    const { kept, open } = openLines(mask)
    const lines = await open()
    lines.add('build', null, 'stdout', `${'x'.repeat(3_995)}hunter2-hunter2${'y'.repeat(20_000_000)}`)
    await lines.flush()
    expect(kept[0]!.text).toHaveLength(4_000)
    expect(kept[0]!.text).not.toContain('hunt')
  })

  test('a flood of a program is bounded, and the run still has its last word', async () => {
    const { kept, open } = openLines(new Mask())
    const lines = await open()
    lines.add('build', null, 'stdout', 'noise\n'.repeat(200_000))
    lines.add('build', null, 'stderr', 'more noise')
    lines.add('build', null, 'system', 'build failed: what was done is undone.')
    await lines.flush()
    expect(kept).toHaveLength(50_002)
    expect(kept.at(-2)!.text).toContain('left out')
    expect(kept.at(-1)!.text).toContain('undone')
  })
})
