import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '@wheelhouse/platform/exec'
import { afterAll, expect, test } from 'vitest'
import { suite, where } from '../../test/needs.ts'
import { createStepRunner } from '../builder/index.ts'
import { python } from './index.ts'

/** A wheel with a module and a command, made by hand: nothing has to be fetched. */
const wheel = `import sys, zipfile
info = 'hello-1.0.dist-info/'
files = {
  'hello/__init__.py': 'import sys\\ndef main():\\n    print("hello", *sys.argv[1:], sys.prefix)\\n',
  'hello/__main__.py': 'from hello import main\\nmain()\\n',
  info + 'METADATA': 'Metadata-Version: 2.1\\nName: hello\\nVersion: 1.0\\n',
  info + 'WHEEL': 'Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n',
  info + 'entry_points.txt': '[console_scripts]\\nhello = hello:main\\n',
}
record = ''.join(name + ',,\\n' for name in [*files, info + 'RECORD'])
with zipfile.ZipFile(sys.argv[1], 'w') as made:
  for name, text in {**files, info + 'RECORD': record}.items(): made.writestr(name, text)
`

suite('python with the real venv and pip', ['python'], () => {
  const top = mkdtempSync(join(tmpdir(), 'wh-python-'))
  afterAll(() => rmSync(top, { recursive: true }))

  async function build(directory: string): Promise<unknown> {
    mkdirSync(join(directory, 'wheels'), { recursive: true })
    const file = join(directory, 'wheels/hello-1.0-py3-none-any.whl')
    await run([where('python'), '-c', wheel, file])
    writeFileSync(join(directory, 'requirements.txt'), './wheels/hello-1.0-py3-none-any.whl\n')
    const given = {
      directory,
      environment: { PIP_NO_INDEX: '1' },
      secrets: {},
      signal: new AbortController().signal,
      log: () => undefined,
    }
    const context = {
      ...given,
      cache: join(top, 'cache'),
      app: 'relay',
      stack: 's',
      run: createStepRunner(given),
      buildImage: null,
    }
    return python.build(python.schema.parse({ python: where('python') }), context)
  }

  test('what it needs is found here', async () => {
    for (const tool of python.needs(python.schema.parse({ python: where('python') })).tools) {
      expect(tool.version.exec((await run(tool.argv)).stdout)?.[1], tool.name).toMatch(/^\d+\.\d+/)
    }
  })

  // Past 127 bytes pip writes commands in another way.
  test.for([
    ['a short path', 'app'],
    ['a long path', `${'a-long-folder-name/'.repeat(8)}app`],
  ] as const)('an environment built in %s works where the release lies', { timeout: 120_000 }, async ([, name]) => {
    const directory = join(top, name)
    expect(await build(directory)).toEqual({ kind: 'directory', directory, exclude: ['.git'] })
    expect(lstatSync(join(directory, '.venv/bin/python')).isSymbolicLink()).toBe(false)
    const moved = join(top, `moved-${name.length} here`)
    renameSync(directory, moved)
    expect(existsSync(directory)).toBe(false)
    const bin = join(moved, '.venv/bin')
    const prefix = join(moved, '.venv')
    expect((await run([join(bin, 'python'), '-m', 'hello', 'a'])).stdout).toBe(`hello a ${prefix}\n`)
    expect(await run([join(bin, 'hello'), 'b c', '$x'])).toMatchObject({
      stdout: `hello b c $x ${prefix}\n`,
      stderr: '',
    })
    expect((await run(['./.venv/bin/hello'], { cwd: moved })).stdout).toBe(`hello ${prefix}\n`)
    symlinkSync(join(bin, 'hello'), join(top, `link-${name.length}`))
    expect((await run([join(top, `link-${name.length}`)])).stdout).toBe(`hello ${prefix}\n`)
    expect((await run([join(bin, 'pip'), '--version'])).stdout).toContain(prefix)
    expect(readFileSync(join(bin, 'hello'), 'utf8')).not.toContain(directory)
  })
})
