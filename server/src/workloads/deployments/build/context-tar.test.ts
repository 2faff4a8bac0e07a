import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { readFile, readlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { run } from '@wheelhouse/platform/exec'
import { extract } from 'tar'
import { afterEach, describe, expect, it } from 'vitest'
import { contextPaths, contextTar } from './context-tar.ts'
import { readDockerignore } from '@wheelhouse/client/tar'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})
function folder(...files: string[]): string {
  const path = mkdtempSync(join(tmpdir(), 'wh-context-'))
  folders.push(path)
  for (const file of files) {
    mkdirSync(dirname(join(path, file)), { recursive: true })
    writeFileSync(join(path, file), file)
  }
  return path
}

describe('.dockerignore', () => {
  it.for<[text: string, left: string[], kept: string[]]>([
    ['node_modules', ['node_modules', 'node_modules/a/b'], ['a/node_modules', 'node_modules2']],
    ['**/node_modules', ['node_modules/x', 'a/b/node_modules/x'], ['a/node_module']],
    ['/dist/', ['dist/x'], ['a/dist/x']],
    ['*.log', ['a.log'], ['a/a.log', 'a.logs']],
    ['**/*.log', ['a.log', 'a/b/a.log'], ['a.logs']],
    ['a/*/c', ['a/b/c', 'a/b/c/d'], ['a/c', 'a/b/b/c']],
    ['a?b', ['axb'], ['a/b', 'ab']],
    ['docs/**', ['docs/a', 'docs/a/b'], ['docs', 'docs2/a']],
    ['[ab].txt', ['a.txt', 'b.txt'], ['c.txt', '[ab].txt']],
    [String.raw`\*.txt`, ['*.txt'], ['a.txt']],
    ['*\n!keep.txt', ['a', 'b/c'], ['keep.txt']],
    ['docs\n!docs/a.md\ndocs/b*', ['docs/x', 'docs/b.md'], ['docs/a.md']],
    ['\uFEFF# a comment\r\n\r\n  x  \r\n./y/../z', ['x', 'z'], ['# a comment', 'y']],
    ['*.t+t', ['a.t+t'], ['a.tt']],
    ['.', [], ['a']],
  ])('%j', ([text, left, kept]) => {
    const rules = readDockerignore(text)
    expect(left.filter((path) => !rules.leavesOut(path))).toEqual([])
    expect(kept.filter((path) => rules.leavesOut(path))).toEqual([])
  })

  it('names a line that is no pattern', () => {
    expect(() => readDockerignore('a\n[b')).toThrow('"[b" in .dockerignore is no pattern')
  })
})

describe('the context of an image', () => {
  it('holds what is not left out, and always what the engine reads', async () => {
    const app = folder(
      'Dockerfile',
      '.dockerignore',
      'src/a',
      'src/b/c',
      'node_modules/x/y',
      'docs/a.md',
      'docs/keep/b',
    )
    expect(await contextPaths(app, 'node_modules\n.*\nDockerfile', 'Dockerfile')).toEqual([
      '.dockerignore',
      'Dockerfile',
      'docs',
      'docs/a.md',
      'docs/keep',
      'docs/keep/b',
      'src',
      'src/a',
      'src/b',
      'src/b/c',
    ])
    expect(await contextPaths(app, '*\n!docs/keep', './docs/a.md')).toEqual([
      '.dockerignore',
      'docs',
      'docs/a.md',
      'docs/keep',
      'docs/keep/b',
    ])
    expect(await contextPaths(app, '*', 'src/b/c')).toEqual(['.dockerignore', 'src', 'src/b', 'src/b/c'])
  })

  it('unpacks as it was: names, modes, links, and nothing from outside', async () => {
    const app = folder('Dockerfile', 'bin/run', '@archive.tar', '-dash', 'grüße/ü', `${'long/'.repeat(40)}name`)
    chmodSync(join(app, 'bin/run'), 0o755)
    symlinkSync('/etc', join(app, 'outside'))
    mkdirSync(join(app, 'empty'))
    await run(['mkfifo', join(app, 'pipe')])
    const copy = folder()
    await pipeline(contextTar(app, ''), extract({ cwd: copy, strict: true, preservePaths: true }))
    const { stdout } = await run(['diff', '-r', '--no-dereference', app, copy])
    expect(stdout).toBe(`Only in ${app}: pipe\n`)
    expect(statSync(join(copy, 'bin/run')).mode & 0o777).toBe(0o755)
    expect(await readlink(join(copy, 'outside'))).toBe('/etc')
    expect(await readFile(join(copy, '@archive.tar'), 'utf8')).toBe('@archive.tar')
  })

  it('is a tar without anything where all is left out, and fails where there is no folder', async () => {
    const copy = folder()
    await pipeline(contextTar(folder('a'), '*'), extract({ cwd: copy, strict: true }))
    expect((await run(['ls', '-A', copy])).stdout).toBe('')
    await expect(contextTar('/no/such/folder', '').toArray()).rejects.toThrow('ENOENT')
    await expect(contextTar(folder('a'), '[').toArray()).rejects.toThrow('is no pattern')
  })
})
