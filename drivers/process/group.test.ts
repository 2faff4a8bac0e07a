import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { parseStat, readProcess, scanProcesses } from './process-table.ts'
import { openBench, shell } from './testing.ts'

/** Processes with this word among their arguments. */
async function withArgument(word: string): Promise<number[]> {
  const found: number[] = []
  for (const { pid } of await scanProcesses()) {
    try {
      if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(word)) found.push(pid)
    } catch {
      // It ended meanwhile.
    }
  }
  return found
}

async function appeared(word: string, count: number): Promise<void> {
  while ((await withArgument(word)).length < count) await sleep(10)
}

test('stop ends grandchildren too, also those that ignore TERM', async () => {
  const bench = await openBench()
  const stubborn = `sh -c "trap '' TERM; sleep 4711.1 & wait" & sh -c 'sleep 4711.1' & wait`
  await bench.run(shell('family', stubborn, { stop: { signal: 'SIGTERM', timeoutMs: 300 } }))
  await appeared('4711.1', 2)
  await bench.connection.stop('family', {})
  expect(await withArgument('4711.1')).toEqual([])
  await bench.end()
})

test('one that leaves the session is found and ended with its service', async () => {
  const bench = await openBench()
  await bench.run(shell('daemon', 'setsid sleep 4711.2 & sleep 1000'))
  await appeared('4711.2', 1)
  await bench.connection.stop('daemon', {})
  expect(await withArgument('4711.2')).toEqual([])
  await bench.end()
})

test('one that puts itself into the background has ended; what it left is ended and told', async () => {
  const bench = await openBench()
  await bench.create(shell('background', 'setsid sleep 4711.3 & sleep 0.2; exit 0'))
  await bench.recorder.occurrence('background', 'service.stopped')
  expect(await withArgument('4711.3')).toEqual([])
  const lines = await bench.lines('background')
  expect(lines.map((line) => line.text)).toContain(
    '1 process it left behind was ended. A service stays in the foreground',
  )
  await bench.end()
})

test('INT and QUIT reach the command: it does not inherit a deaf ear', async () => {
  const bench = await openBench()
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR1']) {
    const name = `deaf-${signal}`
    await bench.run(shell(name, 'exec sleep 1000', { stop: { signal, timeoutMs: 20_000 } }))
    await bench.connection.stop(name, {})
    const stopped = await bench.recorder.state(name, 'stopped')
    expect(stopped.exitCode).not.toBe(137)
  }
  await bench.end()
})

test('the shell between us and a service costs less than 2 MB', async () => {
  const bench = await openBench()
  await bench.run(shell('small', 'exec sleep 1000'))
  const { record } = (await bench.connection.inspect('small')).native as { record: { pid: number } }
  const rollup = readFileSync(`/proc/${record.pid}/smaps_rollup`, 'utf8')
  const pss = Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1])
  const rss = Number(/^Rss:\s+(\d+) kB/m.exec(rollup)?.[1])
  expect(pss).toBeGreaterThan(0)
  expect(pss).toBeLessThan(2048)
  process.stdout.write(`between us and a service: PSS ${pss} kB, RSS ${rss} kB\n`)
  await bench.end()
})

test('the fields of stat are counted from the last parenthesis', () => {
  const odd = parseStat('42 (a) b (c) S 1 42 42 0 -1 4 0 0 0 0 10 20 3 4 20 0 1 0 777 0 0')
  expect(odd).toEqual({ pid: 42, state: 'S', parent: 1, group: 42, session: 42, ticks: 37, startTime: 777 })
  expect(parseStat('')).toBeNull()
  expect(readProcess(process.pid)?.pid).toBe(process.pid)
})
