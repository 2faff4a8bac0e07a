import type { LogLine } from '@wheelhouse/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { suite, where } from '../../../test/needs.ts'
import { EngineBench, openEngine } from '../../../test/docker/engine-bench.ts'
import { container } from '../../../test/docker/container.ts'
import { CuttableProxy } from '../../../test/docker/cuttable-proxy.ts'

const whole = { tail: null, since: null, until: null, follow: false }
const waits = 'trap "exit 0" TERM; while :; do sleep 1 & wait $!; done'

suite('docker logs', ['docker'], () => {
  let bench: EngineBench
  beforeAll(async () => {
    bench = new EngineBench()
    await bench.watch()
  })
  afterAll(() => bench.close())

  async function read(id: string, enough: (lines: readonly LogLine[]) => boolean): Promise<LogLine[]> {
    const abort = new AbortController()
    const lines: LogLine[] = []
    for await (const line of bench.connection.logs(id, { ...whole, follow: true }, abort.signal)) {
      lines.push(line)
      if (enough(lines)) break
    }
    abort.abort()
    return lines
  }

  test.for([false, true])('a line longer than the pieces of the engine arrives whole (terminal: %s)', async (tty) => {
    // The engine's log file cannot keep a character that is cut in two; an even number of bytes first leaves all whole.
    const long = 'head -c 16384 /dev/zero | tr "\\0" x; i=0; while [ $i -lt 9000 ]; do printf ü; i=$((i+1)); done; echo'
    const id = await bench.create(container(bench.name('long'), `${long}; echo after; ${waits}`, { tty }))
    const lines = await read(id, (all) => all.some((line) => line.text === 'after'))
    expect(lines.map((line) => line.text)).toEqual(['x'.repeat(16_384) + 'ü'.repeat(9000), 'after'])
  })

  test('a terminal has one stream and no carriage returns', async () => {
    const id = await bench.create(container(bench.name('tty'), `echo one; echo two >&2; ${waits}`, { tty: true }))
    const lines = await read(id, (all) => all.length === 2)
    expect(lines.map(({ stream, text }) => `${stream} ${text}`)).toEqual(['stdout one', 'stdout two'])
  })

  test('a followed log goes on after the container was started again, without a doubled line', async () => {
    const script = `n=$(cat /tmp/n 2>/dev/null || echo 0); echo $((n+1)) >/tmp/n; echo same; echo run $n; ${waits}`
    const id = await bench.create(container(bench.name('again'), script))
    const seen = read(id, (all) => all.filter((line) => line.text === 'run 1').length === 1)
    await bench.recorder.state(id, 'running')
    await bench.connection.stop(id, { timeoutMs: 3000 })
    await bench.connection.start(id)
    const texts = (await seen).map((line) => line.text)
    expect(texts.filter((text) => text === 'same')).toHaveLength(2)
    expect(texts.filter((text) => text === 'run 0')).toHaveLength(1)
  })

  test('a followed log survives a cut connection, says so, and loses and doubles nothing', async () => {
    const proxy = new CuttableProxy(where('docker'))
    await proxy.mend()
    const far = openEngine(proxy.address)
    const counting = 'trap "exit 0" TERM; n=0; while :; do echo "n $n"; echo "n $n"; n=$((n+1)); sleep 0.05; done'
    const id = await bench.create(container(bench.name('cut'), counting))
    const abort = new AbortController()
    const lines: LogLine[] = []
    let cut = false
    for await (const line of far.logs(id, { ...whole, follow: true }, abort.signal)) {
      lines.push(line)
      if (!cut && lines.length > 20) {
        cut = true
        await proxy.cut()
        setTimeout(() => void proxy.mend(), 300)
      }
      if (lines.filter((it) => it.stream !== 'system').length >= 80) break
    }
    expect(lines.filter((line) => line.stream === 'system').map((line) => line.text)).toEqual([
      expect.stringMatching(/^The log was cut: /),
      'The log goes on.',
    ])
    const numbers = lines.filter((line) => line.stream === 'stdout').map((line) => Number(line.text.slice(2)))
    expect(numbers).toEqual(numbers.map((_, index) => Math.floor(index / 2)))
    await far.close()
    await proxy.close()
  })

  test('a followed log ends when the container is removed', async () => {
    const id = await bench.create(container(bench.name('gone'), 'echo bye'))
    const lines: string[] = []
    let removed: Promise<void> | null = null
    for await (const line of bench.connection.logs(id, { ...whole, follow: true }, new AbortController().signal)) {
      lines.push(line.text)
      removed ??= bench.recorder
        .state(id, 'stopped')
        .then(() => bench.connection.remove(id, { force: true, volumes: true }))
    }
    await removed
    expect(lines[0]).toBe('bye')
  })
})
