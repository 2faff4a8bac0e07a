import type { LogLine, Sample } from '@wheelhouse/contract'
import type { ProcessSpec } from '@wheelhouse/driver'
import { codeOf, Recorder } from '@wheelhouse/driver/conformance'
import { expect, onTestFinished, test } from 'vitest'
import { suite } from '../../test/needs.ts'
import { createOsServiceDriver, type OpenStream, type Stream } from './index.ts'
import { openInside, runInside, shell, silent, streamInside } from './testing.ts'

const never = new AbortController().signal
const mark = Math.random().toString(36).slice(2, 8)
let count = 0
const named = (word: string): string => `wh-${mark}-${word}-${++count}`

/** A watched connection, and units that go when the test ends. */
async function open() {
  const connection = openInside()
  const recorder = new Recorder()
  const watch = connection.watch(recorder, never)
  const made: string[] = []
  onTestFinished(async () => {
    for (const name of made) await connection.remove(name, { force: true, volumes: true }).catch(() => undefined)
    await connection.close()
    await watch
  })
  await recorder.until('a snapshot', () => recorder.snapshots > 0)
  const create = (spec: ProcessSpec): Promise<string> => {
    made.push(spec.name)
    return connection.create(spec, () => undefined, never)
  }
  const lines = async (name: string, enough: number): Promise<LogLine[]> => {
    const found: LogLine[] = []
    const query = { tail: null, since: null, until: null, follow: true }
    for await (const line of connection.logs(name, query, AbortSignal.timeout(60_000))) {
      found.push(line)
      if (found.length >= enough) break
    }
    return found
  }
  return { connection, recorder, create, lines }
}

suite('systemd, beyond the port', ['docker', 'systemd'], () => {
  test('words, variables and folder reach the program as they were given', async () => {
    const { create, lines } = await open()
    const words = ['a b', '', ';', '$HOME ${HOME} $$', '50%n %%', `'"\\`, 'tab\tend', 'ü € 😀', '-x', '#no comment']
    const script =
      'for w in "$@"; do printf "[%s]\\n" "$w"; done; printf "%s|%s|%s\\n" "$ODD" "$PWD" "$SECOND"; exec sleep 1000'
    const name = await create(
      shell(named('words'), '', {
        argv: ['sh', '-c', script, 'sh', ...words],
        directory: '/usr/share',
        environment: { ODD: `a'b "c" $d \\ = # \`ü`, SECOND: 'x=%n' },
      }),
    )
    const told = (await lines(name, words.length + 1)).map(({ text }) => text)
    expect(told).toEqual([...words.map((word) => `[${word}]`), `a'b "c" $d \\ = # \`ü|/usr/share|x=%n`])
    const mode = await runInside(['stat', '-c', '%a %U', `/etc/systemd/system/${name}.env`])
    expect(mode.stdout).toBe('600 root\n')
    const unit = await runInside(['cat', `/etc/systemd/system/${name}.service`])
    expect(unit.stdout).not.toContain('# `ü')
  })

  test('one that ends is started again, counted, and found to loop', async () => {
    const { create, recorder, connection } = await open()
    const restart = { policy: 'always', delayMs: 100, maxDelayMs: 100, maxRetries: null } as const
    const name = await create(shell(named('loop'), 'sleep 0.2; exit 4', { restart }))
    await recorder.occurrence(name, 'service.crash-looping')
    expect(recorder.services.get(name)?.restarts).toBeGreaterThanOrEqual(5)
    await connection.stop(name, {})
    await recorder.state(name, 'stopped')
    await connection.start(name)
    await recorder.state(name, 'running')
  })

  test('one that ends too often is given up, and can be started again', async () => {
    const { create, recorder, connection } = await open()
    const restart = { policy: 'on-failure', delayMs: 50, maxDelayMs: 50, maxRetries: 2 } as const
    const name = await create(shell(named('limit'), 'exit 5', { restart }))
    const failed = await recorder.until('given up', () => {
      const now = recorder.services.get(name)
      return now?.nativeState === 'failed (failed)' && now
    })
    expect(failed).toMatchObject({ state: 'failed', restarts: 3 })
    await connection.start(name)
    await recorder.until('another try', () => recorder.services.get(name)?.changedAt !== failed.changedAt)
  })

  test('a good end keeps its code', async () => {
    const { create, recorder } = await open()
    const name = await create(shell(named('task'), 'sleep 0.3'))
    const ended = await recorder.state(name, 'stopped')
    expect(ended).toMatchObject({ exitCode: 0, reason: 'Finished with code 0' })
  })

  test('units of others are neither shown nor touched', async () => {
    const { connection, recorder, create } = await open()
    const name = named('theirs')
    const file = `/etc/systemd/system/${name}.service`
    await runInside(['install', '-m', '0644', '/dev/stdin', file], { input: '[Service]\nExecStart=/bin/sleep 1000\n' })
    await runInside(['systemctl', 'daemon-reload'])
    await runInside(['systemctl', 'start', name])
    const ours = await create(shell(named('ours'), 'exec sleep 1000'))
    await recorder.state(ours, 'running')
    expect(recorder.services.has(name)).toBe(false)
    expect(await codeOf(connection.stop(name, {}))).toBe('NOT_FOUND')
    expect(await codeOf(connection.create(shell(name, 'true'), () => undefined, never))).toBe('CONFLICT')
    expect(await codeOf(connection.create(shell('systemd-journald', 'true'), () => undefined, never))).toBe('CONFLICT')
    expect((await runInside(['systemctl', 'is-active', name])).stdout).toBe('active\n')
    await runInside(['systemctl', 'stop', name])
    await runInside(['rm', file])
    await runInside(['systemctl', 'daemon-reload'])
  })

  test('what others do to a unit of ours is seen', async () => {
    const { recorder, create } = await open()
    const name = await create(shell(named('outside'), 'exec sleep 1000'))
    await recorder.state(name, 'running')
    await runInside(['systemctl', 'stop', name])
    await recorder.state(name, 'stopped')
    await runInside(['rm', `/etc/systemd/system/${name}.service`])
    await runInside(['systemctl', 'daemon-reload'])
    await recorder.until('it is gone', () => !recorder.services.has(name))
  })

  test('one whose folder is not there is refused and leaves nothing', async () => {
    const { connection, recorder } = await open()
    const name = named('nowhere')
    const spec = shell(name, 'true', { directory: '/no/such/folder' })
    expect(await codeOf(connection.create(spec, () => undefined, never))).toBe('TARGET_REFUSED')
    expect((await runInside(['ls', '/etc/systemd/system'])).stdout).not.toContain(name)
    expect(recorder.services.has(name)).toBe(false)
  })

  test('a watch whose journal breaks says so, and comes back with the whole truth', async () => {
    const open: OpenStream[] = []
    const stream: Stream = async (argv) => {
      const program = await streamInside(argv)
      open.push(program)
      return program
    }
    const driver = createOsServiceDriver({ run: runInside, stream, user: false })
    const connection = driver.open({ id: 'lab', name: 'lab', address: 'local', tls: null }, silent)
    const recorder = new Recorder()
    const watch = connection.watch(recorder, never)
    await recorder.until('a snapshot', () => recorder.snapshots === 1)
    open[0]?.stop()
    await recorder.until('the loss', () => recorder.lostReason)
    await recorder.until('another snapshot', () => recorder.snapshots === 2)
    await connection.close()
    await watch
  })

  test('a busy one shows its CPU', async () => {
    const { connection, create, recorder } = await open()
    const name = await create(shell(named('busy'), 'while :; do :; done'))
    await recorder.state(name, 'running')
    const samples: Sample[] = []
    for await (const sample of connection.stats(name, never)) if (samples.push(sample) === 3) break
    expect(samples.some(({ cpuPercent }) => (cpuPercent ?? 0) > 5)).toBe(true)
  })
})
