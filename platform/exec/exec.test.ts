import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { ProgramMissing, ProgramRefused, TimedOut, run, spawnStream } from './index.ts'

const node = (code: string): [string, ...string[]] => [process.execPath, '-e', code]

/** Gone, or a zombie that waits for its parent. */
async function gone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 3000; tries += 1) {
    try {
      if (/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) return true
    } catch {
      return true
    }
    await delay(20)
  }
  return false
}

describe('run', () => {
  it('gives exit code, output and input, with no shell between', async () => {
    expect(await run(['printf', '%s', '$HOME; `id` *'])).toMatchObject({
      exitCode: 0,
      stdout: '$HOME; `id` *',
      truncated: false,
    })
    expect(await run(['cat'], { input: 'grüße' })).toMatchObject({ stdout: 'grüße' })
    expect(await run(['sh', '-c', 'echo no >&2; exit 3'])).toMatchObject({ exitCode: 3, stderr: 'no\n' })
    expect(await run(['sh', '-c', 'kill -9 $$'])).toMatchObject({ exitCode: null, signal: 'SIGKILL' })
    expect((await run(['pwd'], { cwd: '/' })).stdout).toBe('/\n')
  })

  it('passes on no variable that was not named', async () => {
    process.env.APP_SECRET_KEY = 'leak'
    const { stdout } = await run(['env'], { env: { GIVEN: 'yes' } })
    delete process.env.APP_SECRET_KEY
    expect(stdout).toContain('GIVEN=yes')
    expect(stdout).not.toContain('leak')
  })

  it('keeps only so much output, and reads the rest', async () => {
    const result = await run(node('process.stdout.write("x".repeat(3_000_000))'), { maxOutputBytes: 1000 })
    expect(result).toMatchObject({ exitCode: 0, truncated: true })
    expect(result.stdout).toHaveLength(1000)
  })

  it('names a missing program, one that may not run, and a missing folder', async () => {
    await expect(run(['no-such-program-here'])).rejects.toThrow(ProgramMissing)
    await expect(run(['/etc/passwd'])).rejects.toThrow(ProgramRefused)
    await expect(run(['true'], { cwd: '/no/such/folder' })).rejects.toThrow(
      'its working folder /no/such/folder is not there',
    )
  })

  it('stops at the timeout and keeps what was written until then', async () => {
    await expect(run(['sleep', '30'], { timeoutMs: 50 })).rejects.toThrow(TimedOut)
    await expect(run(['sleep', '30'], { timeoutMs: 50 })).rejects.toThrow('sleep did not end within 50 ms')
  })

  it('stops when aborted, with the reason, and does not start when aborted before', async () => {
    const controller = new AbortController()
    const running = run(['sleep', '30'], { signal: controller.signal })
    setTimeout(() => controller.abort(new Error('stop now')), 50)
    await expect(running).rejects.toThrow('stop now')
    await expect(run(['sleep', '30'], { signal: controller.signal })).rejects.toThrow('stop now')
  })

  it('does not wait for a grandchild that keeps the output open', async () => {
    const { stdout } = await run(['sh', '-c', 'sleep 20 & echo $!'])
    expect(stdout).toMatch(/^\d+\n$/)
    process.kill(Number(stdout))
  })

  it('outlives a program that does not read its input', async () => {
    expect(await run(['true'], { input: 'x'.repeat(1_000_000) })).toMatchObject({ exitCode: 0 })
  })
})

describe('spawnStream', () => {
  it('streams both ways until it is stopped', async () => {
    const program = await spawnStream(['cat'])
    program.stdin.write('hello')
    const [chunk] = (await program.stdout.take(1).toArray()) as Buffer[]
    expect(chunk?.toString()).toBe('hello')
    program.stop()
    expect(await program.ended).toEqual({ exitCode: null, signal: 'SIGTERM' })
  })

  it('stops the whole group, also what ignores TERM', async () => {
    const stubborn = 'trap "" TERM; (trap "" TERM; echo $BASHPID; sleep 30) & echo $$; wait; sleep 30'
    const program = await spawnStream(['bash', '-c', stubborn], { graceMs: 100 })
    let text = ''
    program.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (text.split('\n').length === 3) program.stop()
    })
    expect(await program.ended).toMatchObject({ signal: 'SIGKILL' })
    for (const pid of text.trim().split('\n')) expect(await gone(Number(pid))).toBe(true)
  })
})
