import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { admin, BackupBench, by } from './testing/backup-bench.ts'

describe('a control plane that is killed', () => {
  let bench: BackupBench
  beforeEach(() => {
    bench = new BackupBench()
  })
  afterEach(() => bench.destroy())

  /** Runs the victim until `reached`, then kills it where it stands. */
  async function kill(args: readonly string[], reached: (said: string) => boolean): Promise<void> {
    const program = join(import.meta.dirname, 'testing/victim.ts')
    const child = spawn(process.execPath, [program, bench.folder, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    const exit = new Promise((ended) => child.once('exit', ended))
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
    for (let tries = 0; !reached(said); tries += 1) {
      if (child.exitCode !== null || tries > 1000) throw new Error(`it did not get there: ${said}`)
      await pause(10)
    }
    child.kill('SIGKILL')
    await exit
  }

  it('in the middle of a backup leaves none that looks whole', async () => {
    const first = bench.file('shop/first', 'one')
    const second = join(bench.folder, 'shop/second')
    bench.file('shop/second', 'two')
    const configs = [first, second].map((path) => ({ path, name: path.split('/').at(-1)! }))
    const backups = join(bench.folder, 'backups')
    const halves = (): string[] => (existsSync(backups) ? readdirSync(backups) : [])
    await kill(['create', JSON.stringify(bench.plan({ configs })), second], (said) => said.includes('reached'))
    expect(halves()).toEqual([expect.stringMatching(/\.part$/)])
    expect(existsSync(join(backups, halves()[0]!, 'configs/first.sealed'))).toBe(true)

    await bench.open()
    const list = async () => (await bench.backups.handlers.list({}, by(admin))).items
    expect((await list()).map((backup) => backup.state)).not.toContain('complete')
    await (
      await bench.backups.start()
    ).settled
    expect(await list()).toMatchObject([{ state: 'failed', parts: [] }])
    expect(halves()).toEqual([])
    expect(bench.events).toMatchObject([{ type: 'backup.failed' }])
    const [failed] = await list()
    await expect(bench.backups.restore(failed!.id, { by: 'mara' }, bench.run())).rejects.toMatchObject({
      code: 'STATE_CONFLICT',
    })
  })

  it('in the middle of a restore puts all back at the next start', async () => {
    await bench.open()
    const env = bench.file('shop/api/.env', 'older')
    const uploads = join(bench.folder, 'shop/uploads')
    bench.file('shop/uploads/a', 'older')
    const plan = bench.plan({
      apps: [{ app: 'api', path: env, name: '.env' }],
      files: [{ path: uploads, name: 'uploads' }],
    })
    const { id } = await bench.backups.create(plan, bench.run())
    bench.file('shop/api/.env', 'newer')
    rmSync(uploads, { recursive: true })
    mkdirSync(uploads)
    bench.file('shop/uploads/b', 'newer')
    await bench.close()

    await kill(['restore', id, `Replacing ${uploads}`], (said) => said.includes('reached'))
    expect(readFileSync(env, 'utf8')).toBe('older')

    await bench.open()
    await expect(bench.backups.restore(id, { by: 'mara' }, bench.run())).rejects.toThrow('has not ended')
    await (
      await bench.backups.start()
    ).settled
    expect(readFileSync(env, 'utf8')).toBe('newer')
    expect(readdirSync(uploads)).toEqual(['b'])
    expect(readdirSync(join(bench.folder, 'shop')).sort()).toEqual(['api', 'uploads'])
    expect(readdirSync(join(bench.folder, 'shop/api'))).toEqual(['.env'])
    expect(readdirSync(join(bench.folder, 'restores'))).toEqual([])
    expect(bench.events.at(-1)).toMatchObject({ type: 'system.warning', data: { left: [] } })

    await bench.backups.restore(id, { by: 'mara' }, bench.run())
    expect(readFileSync(env, 'utf8')).toBe('older')
    expect(readdirSync(uploads)).toEqual(['a'])
  })

  it('after all is in place keeps what was restored, and takes away what was put aside', async () => {
    await bench.open()
    const env = bench.file('shop/api/.env', 'older')
    const { id } = await bench.backups.create(
      bench.plan({ apps: [{ app: 'api', path: env, name: '.env' }] }),
      bench.run(),
    )
    // Restored where there was none: taking that back would remove it.
    rmSync(env)
    await bench.close()
    await kill(['restore', id, 'is restored'], (said) => said.includes('reached'))
    await bench.open()
    await (
      await bench.backups.start()
    ).settled
    expect(readFileSync(env, 'utf8')).toBe('older')
    expect(readdirSync(join(bench.folder, 'shop/api'))).toEqual(['.env'])
  })
})
