import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '@wheelhouse/platform/exec'
import { afterEach, describe, expect, it } from 'vitest'
import { builderConformance } from '../builder/conformance.ts'
import { BuildFailed, createStepRunner } from '../builder/index.ts'
import { node } from './index.ts'

builderConformance(node, {
  options: [
    { script: 'build', folder: 'dist' },
    { manager: 'yarn', script: 'build' },
    { prune: false, test: 'test' },
  ],
  app: { 'package.json': '{}', 'package-lock.json': '{}', 'src/main.ts': '' },
  other: { 'composer.json': '{}' },
  made: { 'dist/main.js': '' },
})

const words = (options: object, files?: string[]) =>
  node.steps(node.schema.parse(options), {}, files).map(({ argv }) => argv.join(' '))

describe('the steps', () => {
  it('leave out at once what nothing needs, or afterwards what only the build needed', () => {
    expect(words({})).toEqual(['npm ci --omit=dev --no-audit --no-fund'])
    expect(words({ prune: false }, ['package.json'])).toEqual(['npm install --include=dev --no-audit --no-fund'])
    expect(words({ script: 'build' })).toEqual([
      'npm ci --include=dev --no-audit --no-fund',
      'npm run build',
      'npm prune --omit=dev --no-audit --no-fund',
    ])
  })

  it('go by the lock file, or by what is said', () => {
    expect(words({ script: 'build' }, ['pnpm-lock.yaml'])).toEqual([
      'pnpm install --frozen-lockfile --prod=false',
      'pnpm run build',
      'pnpm prune --prod',
    ])
    expect(words({ script: 'build' }, ['yarn.lock', '.yarnrc.yml'])).toEqual([
      'yarn install --immutable',
      'yarn run build',
      'yarn workspaces focus --production',
    ])
    expect(words({ script: 'build' }, ['yarn.lock']).at(-1)).toBe(
      'yarn install --non-interactive --frozen-lockfile --production=true',
    )
    expect(words({ manager: 'pnpm' }, ['yarn.lock'])).toEqual(['pnpm install --no-frozen-lockfile --prod'])
  })

  it('test only what was installed for it', () => {
    expect(node.schema.safeParse({ test: 'test' }).error?.issues[0]?.message).toContain('Set prune: false')
    expect(node.tests(node.schema.parse({ test: 'check', prune: false }))[0]?.argv).toEqual(['npm', 'run', 'check'])
    expect(node.schema.safeParse({ script: '--version' }).success).toBe(false)
    for (const folder of ['../other', '/etc', 'a/../../b']) {
      expect(node.schema.safeParse({ folder }).success).toBe(false)
    }
  })
})

describe('a build by the real npm', () => {
  const folders: string[] = []
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
  })

  async function app(build: string): Promise<string> {
    const directory = mkdtempSync(join(tmpdir(), 'wh-node-'))
    folders.push(directory)
    for (const name of ['kept', 'dropped']) {
      mkdirSync(join(directory, 'vendor', name), { recursive: true })
      writeFileSync(join(directory, 'vendor', name, 'package.json'), JSON.stringify({ name, version: '1.0.0' }))
      writeFileSync(join(directory, 'vendor', name, 'index.js'), `module.exports = '${name}'`)
    }
    const dependencies = { kept: 'file:vendor/kept' }
    const devDependencies = { dropped: 'file:vendor/dropped' }
    const own = { name: 'shop', version: '1.0.0', private: true, scripts: { build }, dependencies, devDependencies }
    writeFileSync(join(directory, 'package.json'), JSON.stringify(own))
    await run(['npm', 'install', '--package-lock-only', '--offline', '--no-audit'], { cwd: directory })
    return directory
  }
  function contextIn(directory: string, said: string[]) {
    const rest = { environment: { NODE_ENV: 'production' }, secrets: {}, signal: new AbortController().signal }
    const log = (_stream: string, text: string) => said.push(text)
    const given = { directory, ...rest, log }
    return {
      ...given,
      cache: join(directory, '.npm-cache'),
      app: 'shop',
      stack: 'shop',
      run: createStepRunner(given),
      buildImage: null,
    }
  }

  it('installs, builds with what only development has, and prunes it', { timeout: 120_000 }, async () => {
    const directory = await app(
      `node -e "require('fs').mkdirSync('dist');require('fs').writeFileSync('dist/made', require('dropped') + process.env.NODE_ENV)"`,
    )
    expect(existsSync(join(directory, 'package-lock.json'))).toBe(true)
    const built = await node.build(node.schema.parse({ script: 'build' }), contextIn(directory, []))
    expect(built).toEqual({ kind: 'directory', directory, exclude: ['.git'] })
    expect(readFileSync(join(directory, 'dist/made'), 'utf8')).toBe('droppedproduction')
    expect(readdirSync(join(directory, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['kept'])
  })

  it('tells what the script said when it fails', { timeout: 120_000 }, async () => {
    const directory = await app('echo the disk is wet >&2; exit 9')
    const said: string[] = []
    const error = await node
      .build(node.schema.parse({ script: 'build' }), contextIn(directory, said))
      .catch((error: unknown) => error)
    expect(error).toBeInstanceOf(BuildFailed)
    expect(error).toMatchObject({
      step: 'npm run build',
      exitCode: 9,
      output: expect.stringContaining('the disk is wet'),
    })
    expect(said).toContain('the disk is wet')
  })
})
