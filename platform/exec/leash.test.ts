import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { ProgramMissing, ProgramRefused, TimedOut, run, spawnStream } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'wh-leash-'))
afterAll(() => rmSync(folder, { recursive: true }))
const leash = { leash: true } as const

/** Processes of a group that are not zombies, each with its command line. */
function members(group: number): string[] {
  return readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return []
    try {
      const [state, , pgrp] = readFileSync(`/proc/${entry}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')
      if (Number(pgrp) !== group || state === 'Z') return []
      return [`${entry} ${readFileSync(`/proc/${entry}/cmdline`, 'utf8').replaceAll('\0', ' ')}`]
    } catch {
      return []
    }
  })
}

async function until<T>(ask: () => T | undefined): Promise<T> {
  for (let tries = 0; tries < 3000; tries += 1) {
    const answer = ask()
    if (answer !== undefined) return answer
    await delay(20)
  }
  throw new Error('It did not come')
}
const empty = (group: number) => until(() => (members(group).length === 0 ? true : undefined))
const readWhole = (file: string) => {
  try {
    return readFileSync(file, 'utf8').endsWith('\n') ? readFileSync(file, 'utf8') : undefined
  } catch {
    return undefined
  }
}
const pidIn = async (file: string) => Number(await until(() => readWhole(file)))

describe('a program on a leash', () => {
  it('keeps exit code, signal, output, input and working folder', async () => {
    for (const code of [0, 1, 3, 126, 127, 137, 255]) {
      expect(await run(['sh', '-c', `exit ${code}`], leash)).toMatchObject({ exitCode: code, signal: null })
    }
    expect(await run(['sh', '-c', 'kill -9 $$'], leash)).toMatchObject({ exitCode: null, signal: 'SIGKILL' })
    expect(await run(['sh', '-c', 'kill -TERM $$'], leash)).toMatchObject({ exitCode: null, signal: 'SIGTERM' })
    expect(await run(['cat'], { ...leash, input: 'grüße' })).toMatchObject({ stdout: 'grüße', stderr: '' })
    expect(await run(['sh', '-c', 'echo no >&2'], leash)).toMatchObject({ stdout: '', stderr: 'no\n' })
    expect(await run(['printf', '%s|', '$HOME; `id` *', '', '-x'], leash)).toMatchObject({
      stdout: '$HOME; `id` *||-x|',
    })
    expect((await run(['pwd'], { ...leash, cwd: '/usr' })).stdout).toBe('/usr\n')
    expect((await run(['sh', '-c', 'printf "$A"'], { ...leash, env: { A: 'one\ntwo' } })).stdout).toBe('one\ntwo')
  })

  it('finds neither the pipe nor the watcher', async () => {
    expect((await run(['sh', '-c', 'ls /proc/$$/fd'], leash)).stdout.trim().split('\n')).not.toContain('3')
    expect((await run(['sh', '-c', 'cat /proc/$$/task/$$/children'], leash)).stdout.trim()).not.toMatch(/ /)
  })

  it('names what is missing or may not run, before anything starts', async () => {
    await expect(run(['no-such-program-here'], leash)).rejects.toThrow(ProgramMissing)
    await expect(run(['./no-such-program'], leash)).rejects.toThrow(ProgramMissing)
    await expect(run(['/etc/passwd'], leash)).rejects.toThrow(ProgramRefused)
    await expect(run(['true'], { ...leash, env: { 'a.b': '1' } })).rejects.toThrow('no name for a variable')
    writeFileSync(join(folder, 'here'), '#!/bin/sh\necho found\n', { mode: 0o755 })
    expect((await run(['./here'], { ...leash, cwd: folder })).stdout).toBe('found\n')
    expect((await run(['here'], { ...leash, env: { PATH: `${folder}:/usr/bin:/bin` } })).stdout).toBe('found\n')
  })

  it('leaves no watcher behind, whichever way it ends', async () => {
    const program = await spawnStream(['sh', '-c', 'cat'], leash)
    await until(() => (members(program.pid).length > 1 ? true : undefined))
    program.stdin.end()
    expect(await program.ended).toEqual({ exitCode: 0, signal: null })
    await empty(program.pid)

    const stopped = await spawnStream(['sleep', '60'], leash)
    stopped.stop()
    expect(await stopped.ended).toEqual({ exitCode: null, signal: 'SIGTERM' })
    await empty(stopped.pid)
    await expect(run(['sleep', '60'], { ...leash, timeoutMs: 50 })).rejects.toThrow(TimedOut)
  })

  it('has ended when it has ended, even while its watcher is stopped', async () => {
    const program = await spawnStream(['cat'], leash)
    const watcher = Number(
      await until(
        () =>
          members(program.pid)
            .find((one) => !one.startsWith(`${program.pid} `))
            ?.split(' ')[0],
      ),
    )
    process.kill(watcher, 'SIGSTOP')
    program.stdin.end('')
    expect(await program.ended).toEqual({ exitCode: 0, signal: null })
    process.kill(watcher, 'SIGCONT')
    await empty(program.pid)
  })

  it('leaves alone what it left behind when it ended by itself', async () => {
    const { stdout } = await run(['sh', '-c', 'sleep 20 & echo $!'], leash)
    expect(() => process.kill(Number(stdout), 0)).not.toThrow()
    process.kill(Number(stdout))
  })

  it('dies with us, and so does a grandchild that ignores TERM', async () => {
    const pidFile = join(folder, 'pid')
    const stubborn = `trap "" TERM; (trap "" TERM; sleep 60) & echo $$ > ${pidFile}; wait; sleep 60`
    const code = `import { run } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))}
      await run(['bash', '-c', ${JSON.stringify(stubborn)}], { leash: true, graceMs: 1000 })`
    const owner = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'inherit' })
    const group = await pidIn(pidFile)
    await until(() => (members(group).length >= 3 ? true : undefined))
    owner.kill('SIGKILL')
    await once(owner, 'exit')
    await empty(group)
  })

  it('dies by TERM alone where it heeds it, with its last words said', async () => {
    const pidFile = join(folder, 'polite')
    const words = join(folder, 'words')
    const polite = `trap "echo bye > ${words}; exit 0" TERM; echo $$ > ${pidFile}; sleep 60 & wait`
    const code = `import { spawnStream } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))}
      await spawnStream(['bash', '-c', ${JSON.stringify(polite)}], { leash: true, graceMs: 1000 })`
    const owner = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'inherit' })
    const group = await pidIn(pidFile)
    owner.kill('SIGKILL')
    expect(await until(() => readWhole(words))).toBe('bye\n')
    await empty(group)
  })
})
