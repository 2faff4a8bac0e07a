import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { isLive, readProcess } from './process-table.ts'
import type { RunRecord } from './record.ts'
import { numbersIn, openBench, shell, stateFolder } from './testing.ts'

const counter = 'i=0; while :; do i=$((i+1)); echo "n $i"; sleep 0.05; done'

/** Another control plane, with these services; answers when they run. */
async function controlPlane(folder: string, specs: readonly unknown[]) {
  const script = `
    import { createProcessDriver } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))}
    const quiet = () => undefined
    const log = { debug: quiet, info: quiet, warn: quiet, error: quiet }
    const driver = createProcessDriver({ stateFolder: ${JSON.stringify(folder)} })
    const connection = driver.open({ id: 'x', name: 'x', address: 'local', tls: null }, log)
    for (const spec of ${JSON.stringify(specs)}) await connection.create(spec, quiet, new AbortController().signal)
    process.stdout.write('ready\\n')
    setInterval(quiet, 1000)`
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return child
}

async function killed(child: ReturnType<typeof spawn>): Promise<void> {
  child.kill('SIGKILL')
  await once(child, 'exit')
}

const recordOf = (folder: string, name: string): RunRecord =>
  JSON.parse(readFileSync(join(folder, 'services', name, 'run.json'), 'utf8')) as RunRecord

const ended = async (pid: number): Promise<void> => {
  while (isLive(readProcess(pid))) await sleep(10)
}

test('kill -9 of the control plane: what runs is adopted, what ended is told with its code, no line is lost', async () => {
  const folder = stateFolder()
  const file = join(folder, 'go')
  const child = await controlPlane(folder, [
    shell('keeps', counter),
    shell('ends', `while [ ! -e ${file} ]; do sleep 0.02; done; exit 7`),
    shell('returns', `while [ ! -e ${file} ]; do sleep 0.02; done; exit 8`, {
      restart: { policy: 'on-failure', delayMs: 10, maxDelayMs: 60_000, maxRetries: 1 },
    }),
  ])
  const before = { keeps: recordOf(folder, 'keeps'), ends: recordOf(folder, 'ends') }
  await killed(child)
  writeFileSync(file, '')
  await ended(before.ends.pid ?? 0)
  await ended(recordOf(folder, 'returns').pid ?? 0)

  const bench = await openBench(folder)
  const kept = await bench.recorder.state('keeps', 'running')
  expect(recordOf(folder, 'keeps').pid).toBe(before.keeps.pid)
  expect(kept.startedAt).toBe(before.keeps.startedAt)
  expect(kept.restarts).toBe(0)
  const failed = await bench.recorder.state('ends', 'failed')
  expect(failed).toMatchObject({ exitCode: 7, reason: 'Exited with code 7' })
  // Its policy is applied to an end nobody saw.
  await bench.recorder.until('given up', () =>
    bench.recorder.services.get('returns')?.reason?.startsWith('Exited with code 8; given up after 1 retry'),
  )

  const numbers = numbersIn(await bench.lines('keeps', (all) => numbersIn(all).length >= 20))
  expect(numbers).toEqual(numbers.map((_, index) => index + 1))
  await bench.connection.stop('keeps', {})
  expect(isLive(readProcess(before.keeps.pid ?? 0))).toBe(false)
  await bench.end()
})

test('what a creation that was cut short left behind makes room for the next', async () => {
  const folder = stateFolder()
  const path = (name: string, file = ''): string => join(folder, 'services', name, file)
  for (const name of ['cut', 'spoilt']) {
    mkdirSync(path(name, 'run'), { recursive: true })
    mkdirSync(path(name, 'log'))
  }
  writeFileSync(path('cut', 'run.json.new'), '{"name":')
  writeFileSync(path('spoilt', 'spec.json'), '{')
  const bench = await openBench(folder)
  await bench.create(shell('cut', counter))
  await bench.recorder.state('cut', 'running')
  expect(readdirSync(path('cut'))).not.toContain('run.json.new')
  // Of one that was whole once something may run yet.
  await expect(bench.create(shell('spoilt', counter))).rejects.toMatchObject({ code: 'CONFLICT' })
  expect(readdirSync(path('spoilt'))).toContain('spec.json')
  await bench.end()
})

test('a pid that belongs to another by now is neither adopted nor touched', async () => {
  const folder = stateFolder()
  const first = await openBench(folder)
  await first.run(shell('forged', 'sleep 1000'))
  await first.connection.kill('forged', 'KILL')
  await first.close()
  const other = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' })
  const record = recordOf(folder, 'forged')
  const forged = { ...record, desired: 'running', phase: 'running', pid: other.pid, startTime: 1, token: 'forged' }
  writeFileSync(join(folder, 'services', 'forged', 'run.json'), JSON.stringify(forged))

  const bench = await openBench(folder)
  const service = await bench.recorder.state('forged', 'failed')
  expect(service.reason).toBe('Ended; its exit code was not recorded')
  expect(isLive(readProcess(other.pid ?? 0))).toBe(true)
  await bench.end()
  other.kill('SIGKILL')
  await once(other, 'exit')
})

test('a run whose pid was never written down is found by its mark', async () => {
  const folder = stateFolder()
  const first = await openBench(folder)
  await first.run(shell('unwritten', 'sleep 1000'))
  await first.close()
  const record = recordOf(folder, 'unwritten')
  const torn = { ...record, phase: 'starting', pid: null, startTime: null }
  writeFileSync(join(folder, 'services', 'unwritten', 'run.json'), JSON.stringify(torn))

  const bench = await openBench(folder)
  await bench.recorder.state('unwritten', 'running')
  expect((await bench.connection.inspect('unwritten')).native).toMatchObject({ record: { pid: record.pid } })
  await bench.end()
})

test('a stop that was begun is finished', async () => {
  const folder = stateFolder()
  const child = await controlPlane(folder, [shell('stopping', 'sleep 1000')])
  await killed(child)
  const record = recordOf(folder, 'stopping')
  writeFileSync(
    join(folder, 'services', 'stopping', 'run.json'),
    JSON.stringify({ ...record, desired: 'stopped', phase: 'stopping' }),
  )
  const bench = await openBench(folder)
  await bench.recorder.state('stopping', 'stopped')
  expect(isLive(readProcess(record.pid ?? 0))).toBe(false)
  await bench.end()
})

test('a machine that restarted: what should run is started anew', async () => {
  const folder = stateFolder()
  const first = await openBench(folder)
  const restart = { delayMs: 10, maxDelayMs: 100, maxRetries: null }
  const names = ['always', 'unless-stopped', 'on-failure', 'no'] as const
  for (const policy of names) await first.run(shell(policy, 'sleep 1000', { restart: { policy, ...restart } }))
  for (const policy of names) await first.connection.kill(policy, 'KILL')
  await first.close()
  for (const name of names) {
    const record = { ...recordOf(folder, name), desired: 'running', phase: 'running', pid: 2, startTime: 5, token: 't' }
    writeFileSync(join(folder, 'services', name, 'run.json'), JSON.stringify({ ...record, bootId: 'another' }))
  }
  const bench = await openBench(folder)
  for (const name of names.slice(0, 3)) await bench.recorder.state(name, 'running')
  expect((await bench.recorder.state('no', 'failed')).reason).toBe('It ended when the machine restarted')
  await bench.end()
})

test('what holds the environment is for its owner alone', async () => {
  const bench = await openBench()
  await bench.run(shell('secret', 'sleep 1000', { environment: { TOKEN: 'hush' } }))
  const folder = join(bench.folder, 'services', 'secret')
  expect(statSync(join(folder, 'spec.json')).mode & 0o777).toBe(0o600)
  expect(statSync(folder).mode & 0o077).toBe(0)
  const shim = recordOf(bench.folder, 'secret').pid
  expect(readFileSync(`/proc/${shim}/cmdline`, 'utf8')).not.toContain('hush')
  await bench.end()
})
