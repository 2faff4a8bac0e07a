import { describe, expect, test } from 'vitest'
import { shell } from '../testing.ts'
import { environmentFile, readEnvironmentFile } from './environment-file.ts'
import { instant, quantity, readProperties } from './properties.ts'
import { exitCodeOf, observed, stateOf } from './observed.ts'
import { occurrences } from '../occurrences.ts'
import { quoteWord, readMark, unitFile, type UnitRecord } from './unit-file.ts'
import { linesOf, readEntry } from './journal.ts'

const record = (more: Partial<UnitRecord> = {}): UnitRecord => {
  const { environment: _, ...rest } = shell('web', 'true')
  return { ...rest, createdAt: '2026-11-20T10:00:00.000Z', ...more }
}
const place = { environmentFile: '/etc/systemd/system/web.env', user: false, version: 252 }
const lineOf = (text: string, key: string): string | undefined =>
  text
    .split('\n')
    .find((line) => line.startsWith(`${key}=`))
    ?.slice(key.length + 1)

describe('a unit file', () => {
  test('quotes words by the rules of systemd', () => {
    expect(quoteWord('a b')).toBe('"a b"')
    expect(quoteWord(`"x" \\ 50% $HOME \${A}`)).toBe('"\\"x\\" \\\\ 50%% $$HOME $${A}"')
    expect(quoteWord('a\nb\tc\u0001')).toBe('"a\\nb\\tc\\x01"')
    expect(quoteWord('')).toBe('""')
    expect(quoteWord(';')).toBe('";"')
  })

  test('maps restarts, stops and limits', () => {
    const text = unitFile(
      record({
        restart: { policy: 'unless-stopped', delayMs: 1500, maxDelayMs: 60_000, maxRetries: null },
        stop: { signal: 'int', timeoutMs: 0 },
      }),
      place,
    )
    expect(lineOf(text, 'Restart')).toBe('always')
    expect(lineOf(text, 'RestartSec')).toBe('1500ms')
    expect(lineOf(text, 'KillSignal')).toBe('SIGINT')
    expect(lineOf(text, 'TimeoutStopSec')).toBe('1ms')
    expect(lineOf(text, 'StartLimitIntervalSec')).toBe('0')
    expect(lineOf(text, 'RestartMaxDelaySec')).toBeUndefined()
    expect(lineOf(text, 'WantedBy')).toBe('multi-user.target')
    const limited = unitFile(
      record({ restart: { policy: 'on-failure', delayMs: 1, maxDelayMs: 5000, maxRetries: 3 } }),
      { ...place, version: 255, user: true },
    )
    expect([
      lineOf(limited, 'StartLimitBurst'),
      lineOf(limited, 'RestartMaxDelaySec'),
      lineOf(limited, 'WantedBy'),
    ]).toEqual(['4', '5000ms', 'default.target'])
    expect(lineOf(unitFile(record({ directory: '/srv/50%' }), place), 'WorkingDirectory')).toBe('/srv/50%%')
    expect(lineOf(unitFile(record({ stack: 'a\nExecStart=/bin/evil', service: 'x' }), place), 'ExecStart')).toMatch(
      /^\/usr\/bin\/systemd-cat /,
    )
  })

  test('tells what it was made from, and holds no variable', () => {
    const made = record({ labels: { odd: 'a "b"\n[Service]' } })
    const text = unitFile(made, place)
    expect(text.split('\n').filter((line) => line === '[Service]')).toHaveLength(1)
    expect(text.split('\n').map(readMark).find(Boolean)).toEqual(made)
    expect(readMark('# wheelhouse-service: {"kind":1}')).toBeNull()
    expect(readMark('# wheelhouse-service: nonsense')).toBeNull()
  })

  test('variables go to a file and come back', () => {
    const odd = { A: `a'b "c" $d \\ = # ü`, EMPTY: '', LINES: 'one\ntwo="3"\n', TICK: '`id`', BACK: 'ends in \\' }
    expect(readEnvironmentFile(environmentFile(odd))).toEqual(odd)
  })
})

describe('what systemd tells', () => {
  test('is read', () => {
    const two = readProperties('Id=a.service\nMainPID=1\nControlGroup=/x=y\n\nId=b.service\n')
    expect(two).toEqual([{ Id: 'a.service', MainPID: '1', ControlGroup: '/x=y' }, { Id: 'b.service' }])
    expect([quantity('[not set]'), quantity('18446744073709551615'), quantity('12'), quantity('infinity')]).toEqual([
      null,
      null,
      12,
      null,
    ])
    expect(instant('Sat 2026-11-21 14:06:04.823484 UTC')).toBe('2026-11-21T14:06:04.823Z')
    expect(instant('')).toBeNull()
  })

  test.each([
    ['active', 'running', 'running'],
    ['active', 'exited', 'stopped'],
    ['deactivating', 'stop-sigterm', 'running'],
    ['activating', 'start', 'starting'],
    ['activating', 'auto-restart', 'failed'],
    ['failed', 'failed', 'failed'],
    ['inactive', 'dead', 'stopped'],
    ['maintenance', '', 'unknown'],
  ])('%s (%s) is %s', (ActiveState, SubState, state) => {
    expect(stateOf({ LoadState: 'loaded', ActiveState, SubState })).toBe(state)
  })

  test('an exit code is that of a shell, and absent while it runs', () => {
    const ended = { MainPID: '0', ExecMainPID: '7', ExecMainStatus: '9' }
    expect(exitCodeOf({ ...ended, ExecMainCode: '2' })).toBe(137)
    expect(exitCodeOf({ ...ended, ExecMainCode: '1' })).toBe(9)
    expect(exitCodeOf({ ...ended, ExecMainCode: '1', MainPID: '7' })).toBeNull()
    expect(exitCodeOf({ MainPID: '0', ExecMainPID: '0' })).toBeNull()
  })

  test('an end that was asked for is no failure; memory, limits and loops are told', () => {
    const failed = {
      LoadState: 'loaded',
      ActiveState: 'failed',
      SubState: 'failed',
      MainPID: '0',
      ExecMainPID: '7',
      ExecMainCode: '2',
      ExecMainStatus: '9',
      NRestarts: '0',
    }
    expect(observed(record(), failed, { exitCode: null })).toMatchObject({ state: 'stopped', exitCode: 137 })
    const memory = observed(record(), { ...failed, Result: 'oom-kill' }, undefined)
    expect(memory).toMatchObject({ state: 'failed', reason: 'Killed for memory. Ended by SIGKILL (code 137)' })
    expect(occurrences(null, memory).map(({ type }) => type)).toEqual(['service.out-of-memory', 'service.failed'])
    const running = { LoadState: 'loaded', ActiveState: 'active', SubState: 'running', MainPID: '8', NRestarts: '5' }
    const again = occurrences(memory, observed(record(), running, undefined))
    expect(again.map(({ type }) => type)).toEqual(['service.restarted', 'service.crash-looping'])
  })

  test('a journal entry of bytes, of lines, or of nothing is read', () => {
    const entry = readEntry('{"MESSAGE":[98,97,100,32,255],"PRIORITY":"4","__REALTIME_TIMESTAMP":"1795269964830114"}')
    expect(linesOf(entry!)).toEqual([
      { at: '2026-11-21T14:06:04.830Z', stream: 'stderr', level: null, text: 'bad \ufffd' },
    ])
    expect(linesOf({ MESSAGE: 'ERROR: a\nb', PRIORITY: '6' }).map(({ text, level }) => [text, level])).toEqual([
      ['ERROR: a', 'error'],
      ['b', null],
    ])
    expect(linesOf({ MESSAGE: null })[0]?.text).toBe('')
    expect(readEntry('-- No entries --')).toBeNull()
  })
})
