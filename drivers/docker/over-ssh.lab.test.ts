import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Connection } from '@wheelhouse/driver'
import { afterEach, expect, test } from 'vitest'
import { suite, where } from '../../test/needs.ts'
import { createDockerDriver } from './index.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }
const opened: Connection[] = []
afterEach(async () => {
  for (const connection of opened.splice(0)) await connection.close()
})

const address = (): string => process.env.WHEELHOUSE_TEST_N1_SSH ?? ''
const read = (name: string): string => readFileSync(join(where('ssh'), name), 'utf8')

function open(ssh: { privateKey?: string; hostKeys?: string }, at = address()): Connection {
  const connection = createDockerDriver().open({ id: 'n1', name: 'n1', address: at, tls: null, ssh }, silent)
  opened.push(connection)
  return connection
}

const waysOut = (): string[] =>
  execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
    .split('\n')
    .filter(
      (line) => /^\S*ssh -N /.test(line) && line.includes('wh-ssh-') && line.endsWith(new URL(address()).hostname),
    )

suite('an engine over SSH', ['docker', 'ssh'], () => {
  test('answers to who has the key, over one ssh, which goes when the connection is closed', async () => {
    const connection = open({ privateKey: read('id_ed25519'), hostKeys: read('known_hosts') })
    const [one, two] = await Promise.all([connection.info(), connection.info()])
    expect(one.hostname).toBe(two.hostname)
    expect(waysOut()).toHaveLength(1)
    await connection.close()
    await expect.poll(waysOut).toEqual([])
  })

  test('comes back after its ssh was killed', async () => {
    const connection = open({ privateKey: read('id_ed25519'), hostKeys: read('known_hosts') })
    const before = await connection.info()
    execFileSync('pkill', ['-KILL', '-f', `ssh -N .*wh-ssh-.*${new URL(address()).hostname}$`])
    await expect
      .poll(() => connection.info().catch((error: Error) => error.message), { timeout: 60_000 })
      .toEqual(before)
  })

  test('lets no stranger in, and says what to do', async () => {
    const connection = open({ privateKey: read('stranger'), hostKeys: read('known_hosts') })
    await expect(connection.info()).rejects.toThrow('is not let in over SSH')
  })

  test('is not talked to while its key is unknown or another; its keys are shown to be compared', async () => {
    await expect(open({ privateKey: read('id_ed25519'), hostKeys: '# none' }).info()).rejects.toThrow('not trusted yet')
    const host = new URL(address()).hostname
    const other = `${host} ${read('stranger.pub').split(' ').slice(0, 2).join(' ')}`
    await expect(open({ privateKey: read('id_ed25519'), hostKeys: other }).info()).rejects.toThrow('host key')
    const shown = await createDockerDriver().hostKeys?.(address(), AbortSignal.timeout(60_000))
    const known =
      read('known_hosts')
        .split('\n')
        .find((line) => line.startsWith(`${host} `)) ?? 'none'
    expect(shown?.map((key) => key.line)).toContain(known)
    expect(shown?.[0]?.fingerprint).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/)
  })

  test('without a socket there is told apart from a host that is away', async () => {
    const keys = { privateKey: read('id_ed25519'), hostKeys: read('known_hosts') }
    await expect(open(keys, `${address()}/run/nothing.sock`).info()).rejects.toThrow('nothing answers behind')
  })
})
