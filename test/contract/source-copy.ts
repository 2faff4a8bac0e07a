import { execFile } from 'node:child_process'
import {
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'vitest'
import { root } from '../faults/control-plane.ts'

const execute = promisify(execFile)

/** A copy of the sources that a test may change: what is declared in it is served, called and typed as in the real ones. */
export class SourceCopy {
  readonly root = mkdtempSync(join(realpathSync(tmpdir()), 'wheelhouse-copy-'))

  /** Sources as they are; what is installed by links, but the links between our own packages lead into the copy. */
  constructor() {
    const copy = this.root
    const kept = (path: string): boolean =>
      !['node_modules', 'dist'].includes(basename(path)) && !/\.test\.tsx?$/.test(path)
    for (const room of ['contract', 'client', 'platform', 'drivers', 'builders', 'proxies', 'server', 'cli']) {
      cpSync(join(root, room), join(copy, room), { recursive: true, filter: kept })
      const own = join(root, room, 'node_modules')
      if (lstatSync(own, { throwIfNoEntry: false })) symlinkSync(own, join(copy, room, 'node_modules'))
    }
    for (const file of ['package.json', 'tsconfig.base.json']) cpSync(join(root, file), join(copy, file))
    mkdirSync(join(copy, 'node_modules/@wheelhouse'), { recursive: true })
    const installed = join(root, 'node_modules')
    for (const name of readdirSync(installed).filter((one) => one !== '@wheelhouse' && !one.startsWith('.cache'))) {
      symlinkSync(join(installed, name), join(copy, 'node_modules', name))
    }
    for (const name of readdirSync(join(installed, '@wheelhouse')).filter((one) => one !== 'web')) {
      const room = relative(realpathSync(root), realpathSync(join(installed, '@wheelhouse', name)))
      symlinkSync(join(copy, room), join(copy, 'node_modules/@wheelhouse', name))
    }
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true })
  }

  /** What `problems` shall look at beside server and command line. */
  check(source: string): void {
    writeFileSync(join(this.root, 'asked.ts'), source)
    const files = ['server/src/main.ts', 'asked.ts', 'cli/src/main.ts']
    const compilerOptions = { types: ['node'] }
    writeFileSync(
      join(this.root, 'tsconfig.json'),
      JSON.stringify({ extends: './tsconfig.base.json', compilerOptions, files }),
    )
  }

  /** The type check of the copy: its messages, none when it passes. */
  async problems(): Promise<string[]> {
    const args = [join(root, 'node_modules/typescript/bin/tsc'), '--checkers', '1', '-p', this.root]
    const options = { cwd: this.root }
    const { stdout } = await execute(process.execPath, args, options).catch((error: { stdout: string }) => error)
    return stdout.split('\n').filter((line) => line.includes('error TS'))
  }

  /** Puts the code before a line of the file. */
  insert({ file, code }: { file: string; code: string }, before: string): void {
    const path = join(this.root, file)
    const text = readFileSync(path, 'utf8')
    expect(text.split(before)).toHaveLength(2)
    writeFileSync(
      path,
      text.replace(before, () => code + before),
    )
  }
}
