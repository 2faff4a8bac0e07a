import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type SettingsRefused, defineSettings, loadSettings } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'settings-'))
afterAll(() => rmSync(folder, { recursive: true }))

const definition = defineSettings({
  'http.port': {
    schema: z.int().min(0).max(65_535),
    default: 8080,
    variable: 'APP_PORT',
    flag: 'port',
    description: 'Port',
  },
  'http.host': { schema: z.string(), default: '127.0.0.1', variable: 'APP_HOST', flag: 'host', description: 'Address' },
  origins: {
    schema: z.array(z.string()),
    default: [],
    variable: 'APP_ORIGINS',
    flag: 'origins',
    description: 'Origins',
  },
  pretty: { schema: z.boolean(), default: false, variable: 'APP_PRETTY', flag: 'pretty', description: 'Readable log' },
  key: { schema: z.string().min(8).optional(), variable: 'APP_KEY', secret: true, description: 'Master key' },
})

let files = 0
function file(text: string): string {
  const path = join(folder, `settings-${(files += 1)}.yaml`)
  writeFileSync(path, text)
  return path
}

function problems(input: Partial<Parameters<typeof loadSettings>[1]>): readonly string[] {
  try {
    loadSettings(definition, { argv: [], env: {}, ...input })
    return []
  } catch (error) {
    return (error as SettingsRefused).problems
  }
}

describe('settings', () => {
  it('takes the flag before the environment before the file before the default', () => {
    const path = file('http:\n  port: 3\n  host: file\norigins: [a, b]\n')
    const input = { argv: ['--port', '1'], env: { APP_PORT: '2', APP_HOST: 'environment', APP_PRETTY: '' }, file: path }
    const { values, sources } = loadSettings(definition, input)
    expect(values).toEqual({ 'http.port': 1, 'http.host': 'environment', origins: ['a', 'b'], pretty: false })
    expect(sources).toEqual({
      'http.port': 'flag',
      'http.host': 'environment',
      origins: 'file',
      pretty: 'default',
      key: 'default',
    })
  })

  it('reads both flag forms, switches and lists', () => {
    const load = (...argv: string[]) => loadSettings(definition, { argv, env: {} }).values
    expect(load('--port=9', '--pretty', '--host', 'x')).toMatchObject({
      'http.port': 9,
      pretty: true,
      'http.host': 'x',
    })
    expect(load('--no-pretty')).toMatchObject({ pretty: false })
    expect(load('--pretty=yes', '--origins=a, b')).toMatchObject({ pretty: true, origins: ['a', 'b'] })
    expect(load('--host=--odd=x')).toMatchObject({ 'http.host': '--odd=x' })
    expect(load('--host', '8080')).toMatchObject({ 'http.host': '8080' })
  })

  it('tells every problem at once, each with its place and the nearest name', () => {
    const path = file('http:\n  prot: 3\n  host: 7\nhttps: 1\n')
    expect(
      problems({
        argv: ['--prot=1', '--host', '--pretty', 'stray'],
        env: { APP_PORT: '70000', APP_PRETTY: 'maybe' },
        file: path,
      }),
    ).toEqual([
      '--prot is not a known flag. Did you mean --port?',
      '--host needs a value. Write --host VALUE, or --host=VALUE where the value starts with dashes.',
      'stray is not a flag. Flags are written --name value or --name=value.',
      `${path}:2:3: unknown key http.prot. Did you mean http.port?`,
      `${path}:4:1: unknown key https.`,
      'APP_PORT: http.port is "70000": Too big: expected number to be <=65535.',
      `${path}:3:9: http.host is 7: expected string, received number.`,
    ])
  })

  it('names line and column of broken YAML, and reads JSON', () => {
    const path = file('http:\n  port: [1\norigins: x\n')
    expect(problems({ file: path })[0]).toMatch(new RegExp(`^${RegExp.escape(path)}:\\d+:\\d+: `))
    expect(problems({ file: join(folder, 'none.yaml') })[0]).toContain('is not there')
    expect(problems({ file: file('- a\n') })[0]).toContain('must hold names and values')
    expect(
      loadSettings(definition, { argv: [], env: {}, file: file('{"http": {"port": 5}}') }).values['http.port'],
    ).toBe(5)
    expect(problems({ file: file('') })).toEqual([])
  })

  it('shows no secret, neither in a problem nor in the description', () => {
    expect(problems({ env: { APP_KEY: 'hunter2' } })).toEqual([
      'APP_KEY: the value of key does not fit (it is not shown, it is secret).',
    ])
    const lines = loadSettings(definition, { argv: [], env: { APP_KEY: 'hunter2hunter2' } }).describe()
    expect(JSON.stringify(lines)).not.toContain('hunter2')
    expect(lines.find((line) => line.key === 'key')).toMatchObject({ value: '[secret]', source: 'environment' })
  })

  it('says what a required setting is for, and refuses twins', () => {
    const required = defineSettings({
      url: { schema: z.string(), variable: 'URL', flag: 'url', description: 'Where it is' },
    })
    expect(() => loadSettings(required, { argv: [], env: {} })).toThrow('url is not set. Set URL or --url: Where it is')
    const twin = { schema: z.string(), variable: 'X', description: '' }
    expect(() => defineSettings({ a: twin, b: twin })).toThrow('which another setting has already')
  })

  it('gives back any text and any number that a flag can carry', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 0, max: 65_535 }), (host, port) => {
        const { values } = loadSettings(definition, { argv: [`--host=${host}`, `--port=${port}`], env: {} })
        return values['http.host'] === host && values['http.port'] === port
      }),
    )
    const answer = fc.property(fc.array(fc.string()), fc.string(), (argv, text) => {
      for (const problem of problems({ argv, file: file(text) })) expect(problem).not.toBe('')
    })
    fc.assert(answer, { numRuns: 50 })
  })
})
