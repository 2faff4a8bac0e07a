import { Failure } from '@wheelhouse/contract'
import { Recorder } from '@wheelhouse/driver/conformance'
import { readFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createOsServiceDriver, findManager, type Run } from '../index.ts'
import { shell, silent } from '../testing.ts'
import {
  environmentRegistryFile,
  installCommands,
  listCommand,
  mark,
  quoteWord,
  readList,
  servicesKey,
  stateOf,
} from './commands.ts'

const { environment: _, ...rest } = shell('web', '', {
  argv: ['C:\\app\\web.exe', '--name', 'a b', 'c"d'],
  directory: 'C:\\app',
})
const record = { ...rest, createdAt: '2026-11-20T10:00:00.000Z' }

describe('the words for NSSM', () => {
  test('a command line is quoted as Windows takes it apart', () => {
    expect(quoteWord('plain')).toBe('plain')
    expect(quoteWord('a b')).toBe('"a b"')
    expect(quoteWord('c"d')).toBe('"c\\"d"')
    expect(quoteWord('C:\\with blank\\')).toBe('"C:\\with blank\\\\"')
    expect(quoteWord('a\\"b')).toBe('"a\\\\\\"b"')
    expect(quoteWord('')).toBe('""')
  })

  test('install comes first, settings follow', () => {
    const commands = installCommands(record, 'C:\\logs')
    expect(commands[0]).toEqual(['nssm', 'install', 'web', 'C:\\app\\web.exe'])
    expect(commands).toContainEqual(['nssm', 'set', 'web', 'AppParameters', '--name "a b" "c\\"d"'])
    expect(commands).toContainEqual(['nssm', 'set', 'web', 'Start', 'SERVICE_DEMAND_START'])
    expect(commands).toContainEqual(['nssm', 'set', 'web', 'AppExit', 'Default', 'Exit'])
    const always = installCommands({ ...record, restart: { ...record.restart, policy: 'on-failure' } }, 'C:\\logs')
    expect(always).toContainEqual(['nssm', 'set', 'web', 'AppExit', 'Default', 'Restart'])
    expect(always).toContainEqual(['nssm', 'set', 'web', 'AppExit', '0', 'Exit'])
    expect(always).toContainEqual(['nssm', 'set', 'web', 'AppStopMethodConsole', '5000'])
  })

  test('variables go to the registry by a file', () => {
    const text = environmentRegistryFile('web', { A: 'ü', B: '' })
    const hex = /hex\(7\):([0-9a-f,]+)/.exec(text)?.[1] ?? ''
    expect(Buffer.from(hex.split(',').map((byte) => Number.parseInt(byte, 16))).toString('utf16le')).toBe('A=ü\0B=\0\0')
    expect(text).toContain(`[${servicesKey}\\web\\Parameters]`)
  })

  test('the list names only what we wrote', () => {
    const line = (value: string): string => `    Description    REG_SZ    ${value}`
    const text = [
      `${servicesKey}\\web`,
      line(mark + JSON.stringify(record)),
      '',
      `${servicesKey}\\copy`,
      line(mark + JSON.stringify(record)),
      `${servicesKey}\\odd`,
      line(`${mark}nonsense`),
      'End of search: 3 match(es) found.',
    ].join('\r\n')
    expect([...readList(text)]).toEqual([['web', record]])
    expect(['SERVICE_RUNNING', 'SERVICE_STOPPED', 'SERVICE_PAUSED', '?'].map(stateOf)).toEqual([
      'running',
      'stopped',
      'failed',
      'unknown',
    ])
  })
})

test('a service is installed, seen, stopped and removed through NSSM', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wh-nssm-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const told: string[][] = []
  const services = new Map<string, { description: string; state: string }>()
  let imported = ''
  // What NSSM and reg keep, no more: the words that reach them are what is looked at.
  const run: Run = async (argv) => {
    told.push([...argv])
    const [program, verb = '', name = '', key, value = ''] = argv
    const answer = (stdout: string, exitCode = 0) => ({ stdout, stderr: '', exitCode })
    if (program === 'reg' && verb === 'import') imported = readFileSync(name, 'utf16le')
    if (argv.join() === listCommand.join())
      return answer(
        [...services]
          .map(
            ([each, { description }]) => `${servicesKey}\\${each}\r\n    Description    REG_SZ    ${description}\r\n`,
          )
          .join(''),
      )
    if (verb === 'install') services.set(name, { description: '', state: 'SERVICE_STOPPED' })
    const service = services.get(name)
    if (verb === 'status') return service ? answer(service.state.split('').join('\0')) : answer('', 3)
    if (verb === 'set' && key === 'Description' && service) service.description = value
    if (verb === 'start' && service) service.state = 'SERVICE_RUNNING'
    if (verb === 'stop' && service) service.state = 'SERVICE_STOPPED'
    if (verb === 'remove') services.delete(name)
    return answer('')
  }
  const driver = createOsServiceDriver({ manager: 'nssm', run, logFolder: folder })
  const connection = driver.open({ id: 'w', name: 'w', address: 'local', tls: null }, silent)
  const recorder = new Recorder()
  const watch = connection.watch(recorder, new AbortController().signal)
  await recorder.until('a snapshot', () => recorder.snapshots > 0)
  const spec = { ...shell('web', ''), directory: 'C:\\app', environment: { TOKEN: 'hush' } }
  await connection.create(spec, () => undefined, new AbortController().signal)
  await recorder.state('web', 'running')
  expect(imported).toContain('AppEnvironmentExtra')
  expect(JSON.stringify(told)).not.toContain('hush')
  const again = connection.create(spec, () => undefined, new AbortController().signal).catch((error: unknown) => error)
  expect(await again).toMatchObject({ code: 'CONFLICT' })
  await connection.stop('web', {})
  await recorder.state('web', 'stopped')
  expect(await connection.start('other').catch((error: unknown) => error)).toBeInstanceOf(Failure)
  await connection.remove('web', { force: false, volumes: false })
  await recorder.until('it is gone', () => recorder.services.size === 0)
  await connection.close()
  await watch
})

test('a manager is found where it runs and may be used', () => {
  const at = (paths: readonly string[]) => (path: string) => paths.includes(path)
  const linux = { platform: 'linux', env: {}, exists: at(['/run/systemd/system']) } as const
  expect(findManager({ ...linux, uid: 0 })).toEqual({ manager: 'systemd' })
  expect(findManager({ ...linux, uid: 1000 })).toBeNull()
  const own = {
    ...linux,
    env: { XDG_RUNTIME_DIR: '/run/user/1000' },
    exists: at(['/run/systemd/system', '/run/user/1000/systemd']),
  }
  expect(findManager({ ...own, uid: 1000 })).toEqual({ manager: 'systemd' })
  expect(findManager({ ...linux, uid: 0, exists: () => false })).toBeNull()
  expect(findManager({ platform: 'darwin', uid: 0, env: {}, exists: () => true })).toBeNull()
})
