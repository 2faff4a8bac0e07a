import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { BuildFailed, type BuildStep } from './builder.ts'
import { createMask } from './mask-values.ts'
import { OutputLines } from './output-lines.ts'
import { createStepRunner, runStep, type StepRunnerOptions } from './step-runner.ts'

const directory = mkdtempSync(join(tmpdir(), 'wh-steps-'))
mkdirSync(join(directory, 'sub'))
symlinkSync('/usr', join(directory, 'leads-out'))
afterAll(() => rmSync(directory, { recursive: true }))

const never = new AbortController().signal
function bench(more: Partial<StepRunnerOptions> = {}) {
  const said: string[] = []
  const options: StepRunnerOptions = {
    directory,
    environment: {},
    secrets: {},
    signal: never,
    log: (stream, text) => said.push(`${stream} ${text}`),
    ...more,
  }
  return { said, options, run: createStepRunner(options) }
}
const sh = (script: string, more: Partial<BuildStep> = {}): BuildStep => ({
  title: 'a step',
  argv: ['sh', '-c', script],
  ...more,
})
const failure = (promise: Promise<unknown>) => promise.catch((error: unknown) => error) as Promise<BuildFailed>

describe('a step', () => {
  it('runs in the app with the variables of the build, the secrets and its own, and none of ours', async () => {
    process.env.WH_OWN_KEY = 'ours'
    const { said, run } = bench({ environment: { A: 'a', B: 'b' }, secrets: { C: 'c' } })
    await run(sh('echo "$A $B $C [$WH_OWN_KEY] $PWD"; echo no >&2', { environment: { B: 'own' }, directory: 'sub' }))
    delete process.env.WH_OWN_KEY
    expect(said.toSorted()).toEqual(['stderr no', `stdout a own c [] ${directory}/sub`])
  })

  it('reaches the network as we do, without telling the password of a proxy', async () => {
    const before = { ...process.env }
    process.env.HTTPS_PROXY = 'http://me:p%40ssport@proxy:3128'
    process.env.NODE_EXTRA_CA_CERTS = '/etc/ca.pem'
    const { said, run } = bench({ environment: { NODE_EXTRA_CA_CERTS: '/own.pem' } })
    await run(sh('echo "$HTTPS_PROXY $NODE_EXTRA_CA_CERTS p@ssport"'))
    process.env = before
    expect(said).toEqual(['stdout http://me:[secret]@proxy:3128 /own.pem [secret]'])
  })

  it('does not leave the app', async () => {
    const { run } = bench()
    for (const folder of ['..', '/usr', 'leads-out']) {
      expect((await failure(run(sh('true', { directory: folder })))).message).toContain('is not in the app')
    }
    expect((await failure(run(sh('true', { directory: 'none' })))).message).toContain('is not there')
  })

  it('that fails brings its code and its last 50 lines, masked', async () => {
    const { run } = bench({ secrets: { PASSWORD: 'hunter22' } })
    const error = await failure(run(sh('for n in $(seq 60); do echo "line $n"; done; echo "is $PASSWORD"; exit 3')))
    expect(error).toBeInstanceOf(BuildFailed)
    expect(error).toMatchObject({ step: 'a step', exitCode: 3, message: 'a step ended with code 3' })
    const lines = error.output.split('\n')
    expect([lines.length, lines[0], lines.at(-1)]).toEqual([50, 'line 12', 'is [secret]'])
  })

  it('that cannot start, or is killed, says why', async () => {
    const { run } = bench()
    const missing = await failure(run({ title: 'composer install', argv: ['no-such-composer'] }))
    expect(missing.message).toBe(
      'composer install did not start. The program no-such-composer was not found. Install it, or put its folder on the PATH',
    )
    const killed = await failure(run(sh('kill -9 $$')))
    expect(killed).toMatchObject({ exitCode: null, message: expect.stringContaining('when memory runs out') })
  })

  it('is stopped with all it started when the signal aborts', async () => {
    const abort = new AbortController()
    const { said, run } = bench({
      signal: abort.signal,
      graceMs: 200,
      log: (_stream, text) => {
        said.push(text)
        abort.abort(new Error('changed my mind'))
      },
    })
    await expect(run(sh('trap "" TERM; (trap "" TERM; sleep 60) & echo $!; wait; sleep 60'))).rejects.toThrow(
      'changed my mind',
    )
    let alive = true
    for (let tries = 0; alive && tries < 3000; tries += 1) {
      try {
        alive = !/\) Z/.test(readFileSync(`/proc/${said[0]}/stat`, 'utf8'))
      } catch {
        alive = false
      }
      await delay(20)
    }
    expect(alive).toBe(false)
  })

  it('that migrates says whether it did', async () => {
    const { options } = bench()
    const migrates = { nothingDone: /Nothing to migrate/i }
    expect(await runStep(sh('echo "  INFO  Nothing to migrate."', { migrates }), options)).toEqual({ migrated: false })
    expect(await runStep(sh('echo "2026_01_01_users ... DONE"', { migrates }), options)).toEqual({ migrated: true })
    expect(await runStep(sh('true'), options)).toEqual({ migrated: false })
  })

  it('prints no secret, nor what a variable named like one holds, in whichever form', async () => {
    const key = '-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0\nqFd4cDk=\n-----END KEY-----'
    const { said, run } = bench({
      environment: { DB_PASSWORD: 'p&ss "word"', API_URL: 'https://api', PIN: '123' },
      secrets: { KEY: key, HIDDEN: 'hidden-value' },
    })
    const prints = `const { env } = process
      console.log(env.DB_PASSWORD, env.API_URL, env.PIN, env.KEY, env.LATE_TOKEN)
      console.log(JSON.stringify(env.DB_PASSWORD), encodeURIComponent(env.DB_PASSWORD), btoa(env.HIDDEN))
      process.stdout.write('hid'); setTimeout(() => process.stdout.write('den-value end'), 60)`
    await run({ title: 'prints', argv: [process.execPath, '-e', prints], environment: { LATE_TOKEN: 'of-the-step' } })
    const all = said.join('\n')
    for (const value of ['p&ss', 'MIIE', 'qFd4', 'of-the-step', 'hidden', 'p%26ss', btoa('hidden-value'), 'word']) {
      expect(all).not.toContain(value)
    }
    expect(all).toContain('https://api 123')
    expect(said.at(-1)).toBe('stdout [secret] end')
  })
})

describe('lines of output', () => {
  function read(chunks: readonly (string | Uint8Array)[], secrets: string[] = []): string[] {
    const lines: string[] = []
    const output = new OutputLines(createMask(secrets), (line) => lines.push(line))
    for (const chunk of chunks) output.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
    output.end()
    return lines
  }

  it('come whole however they were cut', () => {
    const bytes = Buffer.from('grüße 🚲\r\n\nend')
    expect(read([...bytes].map((byte) => Buffer.from([byte])))).toEqual(['grüße 🚲', '', 'end'])
    expect(read(['a\nb\n'])).toEqual(['a', 'b'])
    expect(read([Buffer.from([0x61, 0xc3])])).toEqual(['a\uFFFD'])
  })

  it('of a bar that redraws itself are what it shows last', () => {
    expect(read(['10 %\r50 %\r100 %\nnext'])).toEqual(['100 %', 'next'])
    expect(read(['10 %\r', '\n', '20 %\r', 'done\n'])).toEqual(['10 %', 'done'])
    expect(read([...Array(500).fill(`${'x'.repeat(100)}\r`), 'end'])).toEqual(['end'])
  })

  it('are cut at 8 kB, between characters and not within a secret', () => {
    const [long] = read(['x'.repeat(100_000), '\n']) as [string]
    expect(long).toBe(`${'x'.repeat(8192)}… [line cut]`)
    const [wide, next] = read([`a${'ü'.repeat(50_000)}\nnext\n`]) as [string, string]
    expect(Buffer.byteLength(wide)).toBeLessThan(8192 + 20)
    expect(wide).not.toContain('\uFFFD')
    expect(next).toBe('next')
    for (const before of [8180, 8188, 8190, 8192]) {
      const lines = read([`${'x'.repeat(before)}my-long-secret${'y'.repeat(9000)}\n`], ['my-long-secret'])
      expect(lines.join('')).not.toMatch(/x(my|m…)/)
    }
  })
})
