import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { numbersIn, openBench, shell } from '../testing.ts'

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce(
      (sum, entry) =>
        sum + (statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.blocks ?? 0) * 512,
      0,
    )
}

test('rotation and cutting lose no line and double none', async () => {
  const bench = await openBench()
  // 300,000 numbered lines through files of 1 MB; enough of them are kept to hold all.
  const script = `const { writeSync } = require('node:fs')
    for (let i = 1; i <= 300000; i += 1) writeSync(1, 'n ' + i + '\\n')
    setInterval(() => {}, 1000)`
  const argv = [process.execPath, '-e', script]
  await bench.run(shell('numbers', '', { argv, log: { maxBytes: 1_000_000, files: 30 } }))
  const followed = numbersIn(await bench.lines('numbers', (all) => all.at(-1)?.text === 'n 300000'))
  expect(followed.length).toBe(300_000)
  expect(followed.every((value, index) => value === index + 1)).toBe(true)
  const read = numbersIn(await bench.lines('numbers'))
  expect(read).toEqual(followed)
  const tail = numbersIn(await bench.lines('numbers', undefined, 50_000))
  expect(tail[0]).toBe(250_001)
  expect(tail).toHaveLength(50_000)
  // It was cut while it wrote: the raw file holds less than was written.
  expect(statSync(join(bench.folder, 'services', 'numbers', 'run', 'o')).size).toBeLessThan(1_500_000)
  await bench.end()
}, 120_000)

test('a burst of 200 MB stays within the cap and stops neither the loop nor the service', async () => {
  const bench = await openBench()
  const script = 'head -c 200000000 /dev/zero | tr "\\0" "x" | fold -w 199; echo; echo done; exec sleep 1000'
  await bench.run(shell('burst', script, { log: { maxBytes: 2_000_000, files: 2 } }))
  const folder = join(bench.folder, 'services', 'burst')
  let peak = 0
  let longest = 0
  let last = performance.now()
  const probe = setInterval(() => {
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
    peak = Math.max(peak, sizeOf(folder))
  }, 10)
  await bench.lines('burst', (all) => all.at(-1)?.text === 'done', 0)
  clearInterval(probe)
  await bench.lines('burst')
  const kept = sizeOf(join(folder, 'log'))
  process.stdout.write(`burst: peak ${peak} B, kept ${kept} B, longest pause of the loop ${Math.round(longest)} ms\n`)
  expect(kept).toBeLessThan(6_500_000)
  expect(peak).toBeLessThan(100_000_000)
  await bench.end()
}, 120_000)

test('long lines are split between characters, colours and odd bytes stay', async () => {
  const bench = await openBench()
  const script = `const { writeSync } = require('node:fs')
    writeSync(1, 'a' + '€'.repeat(50000) + '\\n')
    writeSync(1, '\\u001b[31mred\\u001b[0m\\r\\n')
    const face = Buffer.from('😀\\n')
    for (const byte of face) { writeSync(1, Buffer.from([byte])); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20) }
    writeSync(1, 'no end')`
  await bench.create(shell('odd', '', { argv: [process.execPath, '-e', script] }))
  await bench.recorder.occurrence('odd', 'service.stopped')
  const lines = (await bench.lines('odd')).filter((line) => line.stream === 'stdout').map((line) => line.text)
  const pieces = lines.slice(0, -3)
  expect(pieces.length).toBe(3)
  expect(pieces.join('')).toBe(`a${'€'.repeat(50_000)}`)
  expect(pieces.every((piece) => Buffer.byteLength(piece) <= 65_536 && !piece.includes('\uFFFD'))).toBe(true)
  expect(lines.slice(-3)).toEqual(['\u001b[31mred\u001b[0m', '😀', 'no end'])
  await bench.end()
})

test('what was written while nobody watched is kept up to the cap, and the loss is told', async () => {
  const first = await openBench()
  const script = `while [ ! -e go ]; do sleep 0.02; done
    i=0; while [ $i -lt 60000 ]; do i=$((i+1)); echo "n $i ${'x'.repeat(150)}"; done
    touch written; exec sleep 1000`
  await first.run(shell('alone', script, { directory: first.folder, log: { maxBytes: 100_000, files: 2 } }))
  await first.close()
  writeFileSync(join(first.folder, 'go'), '')
  while (!existsSync(join(first.folder, 'written'))) await new Promise((resolve) => setTimeout(resolve, 20))
  const bench = await openBench(first.folder)
  const lines = await bench.lines('alone')
  expect(lines.some((line) => line.stream === 'system' && /^\d+ bytes of output were dropped/.test(line.text))).toBe(
    true,
  )
  const numbers = numbersIn(lines)
  expect(numbers.at(-1)).toBe(60_000)
  const start = numbers[0] ?? 0
  expect(numbers).toEqual(numbers.map((_, index) => start + index))
  await bench.end()
})
