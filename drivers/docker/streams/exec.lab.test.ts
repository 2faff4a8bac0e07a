import type { ExecSession } from '@wheelhouse/driver'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { suite } from '../../../test/needs.ts'
import { EngineBench } from '../../../test/docker/engine-bench.ts'
import { container, idle } from '../../../test/docker/container.ts'

suite('docker exec', ['docker'], () => {
  let bench: EngineBench
  let id: string
  beforeAll(async () => {
    bench = new EngineBench()
    id = await bench.create(container(bench.name('exec'), idle))
  })
  afterAll(() => bench.close())

  async function all(session: ExecSession): Promise<{ stdout: string; stderr: string }> {
    const text = { stdout: '', stderr: '' }
    for await (const { stream, data } of session.output) text[stream] += Buffer.from(data).toString('latin1')
    return text
  }
  async function run(script: string): Promise<string> {
    return (await all(await bench.connection.exec(id, { argv: ['sh', '-c', script], tty: false }))).stdout
  }
  /** Reads until the text has come, without closing the output. */
  async function until(session: ExecSession, text: string): Promise<string> {
    const reader = session.output[Symbol.asyncIterator]()
    let seen = ''
    while (!seen.includes(text)) {
      const { value, done } = await reader.next()
      if (done) throw new Error(`ended after ${seen}`)
      seen += Buffer.from(value.data).toString('latin1')
    }
    return seen
  }

  test('both streams apart, and the exit code', async () => {
    const session = await bench.connection.exec(id, {
      argv: ['sh', '-c', 'echo out; echo err >&2; exit 42'],
      tty: false,
    })
    expect(await all(session)).toEqual({ stdout: 'out\n', stderr: 'err\n' })
    expect(await session.exitCode()).toBe(42)
    await session.end()
  })

  test('closed input ends a reader, and a megabyte passes whole', async () => {
    const session = await bench.connection.exec(id, { argv: ['wc', '-c'], tty: false })
    session.write(Buffer.alloc(1 << 20, 'x'))
    session.closeInput()
    expect((await all(session)).stdout.trim()).toBe(String(1 << 20))
    expect(await session.exitCode()).toBe(0)
  })

  test('a terminal has its size from the start, is resized, and ends with Ctrl-D', async () => {
    const session = await bench.connection.exec(id, { argv: ['sh'], tty: true, columns: 101, rows: 33 })
    session.write(Buffer.from('stty size; echo one-$?\n'))
    expect(await until(session, 'one-0')).toContain('33 101')
    await session.resize(80, 24)
    session.write(Buffer.from('stty size; echo two-$?\n'))
    expect(await until(session, 'two-0')).toContain('24 80')
    session.closeInput()
    await all(session)
    expect(await session.exitCode()).toBe(0)
  })

  test('a viewer that leaves takes a shell and its children along', async () => {
    for (const tty of [true, false]) {
      const session = await bench.connection.exec(id, { argv: ['sh'], tty })
      session.write(Buffer.from('sleep 54321 & sleep 54321 & echo rea""dy; sleep 54321\n'))
      await until(session, 'ready')
      expect(await run('ps | grep -c "[s]leep 54321"')).not.toBe('0\n')
      await session.end()
      expect(await run('ps | grep -c "[s]leep 54321"')).toBe('0\n')
    }
  })

  test('one that ignores the hang-up is killed', async () => {
    const argv = ['sh', '-c', 'trap "" HUP TERM; echo deaf; while :; do sleep 1; done']
    const session = await bench.connection.exec(id, { argv, tty: true })
    await until(session, 'deaf')
    await session.end()
    expect(await session.exitCode()).toBe(137)
  })

  test('a command that is not there says so', async () => {
    const session = await bench.connection.exec(id, { argv: ['no-such-command'], tty: false })
    const { stdout, stderr } = await all(session)
    expect(stdout + stderr).toContain('no-such-command')
    expect([126, 127]).toContain(await session.exitCode())
  })

  test('user and folder are taken', async () => {
    const session = await bench.connection.exec(id, {
      argv: ['sh', '-c', 'id -u; pwd'],
      tty: false,
      user: '65534',
      workdir: '/tmp',
    })
    expect((await all(session)).stdout).toBe('65534\n/tmp\n')
  })
})
