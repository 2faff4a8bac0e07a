import { afterAll, beforeAll, test } from 'vitest'
import { suite, where } from '../../../../test/needs.ts'
import { freePort } from '../../../../test/fixtures/free-port.ts'
import { ContainerHouse, healthcheck, serving, told } from './testing/container-stack.ts'

const api = (version: string, replicas: number): string => `
  api:
    image: lab/web:1
    command: [sh, -c, ${JSON.stringify(serving(`echo ${version} > /www/index.html; touch /www/healthy`).replaceAll('$', '$$$$'))}]
    deploy: { replicas: ${replicas} }${healthcheck}`
/** Asks http://api:8080/ without a pause, a line for each answer. The lab's static programs look names up with nslookup only. */
const asks = `while :; do
  a=$(nslookup api 2>/dev/null | awk '/^Address: /{print $2; exit}')
  printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc -w 4 $a 8080 2>&1 | tail -n 1 | grep -E '^(one|two|three|four|five)$' || echo "FAILED at $a"
  sleep 0.02
done`
const client = `
  client:
    image: lab/busybox:1
    init: true
    command: [sh, -c, ${JSON.stringify(asks.replaceAll('$', '$$$$'))}]`

const manifest = (name: string, strategy: string, expose: number | null, watch = '2s'): string => `
name: ${name}
compose:
  file: compose.yaml
  services: { api: { port: 8080${expose === null ? '' : `, expose: ${expose}`} } }
pipeline: { strategy: ${strategy}, gate_timeout: 60s, drain: 5s, watch: { for: ${watch} }, canary: { steps: [50], pause: 1s } }
`

suite('names inside networks while instances are replaced', ['docker'], () => {
  let at: ContainerHouse
  beforeAll(async () => {
    at = await ContainerHouse.open(where('docker'))
  })
  afterAll(() => at?.close())

  async function answers(stack: string): Promise<string[]> {
    const { registry } = at.house.house.domains.targets
    const { connection, nativeId } = registry.reach(at.service(stack, 'client-1').id)
    const lines: string[] = []
    const query = { tail: 1_000_000, since: null, until: null, follow: false }
    for await (const line of connection.logs(nativeId, query, AbortSignal.timeout(60_000)))
      lines.push(line.text.startsWith('FAILED') ? `${line.text} ${line.at}` : line.text.trim())
    return lines
  }

  for (const [strategy, exposed, replicas] of [
    ['rolling', false, 2],
    ['blue-green', false, 1],
    ['canary', true, 1],
  ] as const) {
    const title = `${strategy}, ${replicas} of one service: others always find one by its name`
    test.concurrent(title, { timeout: 480_000 }, async ({ expect }) => {
      const name = at.name()
      const text = (version: string): string => `services:${api(version, replicas)}${client}`
      const port = exposed ? await freePort() : null
      const directory = at.folder({
        'wheelhouse.yaml': manifest(name, strategy, port),
        'compose.yaml': text('one'),
      })
      const first = await at.deploy({ directory })
      expect(first.state, told(first)).toBe('succeeded')
      await expect.poll(() => answers(name), { timeout: 60_000, interval: 500 }).toContain('one')
      const before = (await answers(name)).length
      for (const version of ['two', 'three']) {
        at.write(directory, { 'compose.yaml': text(version) })
        const next = await at.deploy({ directory })
        expect(next.state, told(next)).toBe('succeeded')
      }
      // It is watched until it falls ill, however late that is.
      at.write(directory, {
        'wheelhouse.yaml': manifest(name, strategy, port, '120s'),
        'compose.yaml': text('four').replace('httpd -f', '(sleep 6; rm /www/healthy) & httpd -f'),
      })
      const bad = await at.deploy({ directory })
      expect(bad.state, told(bad)).toBe('rolled-back')
      const after = (await answers(name)).slice(before)
      expect(after.filter((line) => line.startsWith('FAILED'))).toEqual([])
      await expect
        .poll(async () => new Set((await answers(name)).slice(-5)), { timeout: 60_000, interval: 500 })
        .toEqual(new Set(['three']))
      expect(new Set(after).isSupersetOf(new Set(['one', 'two', 'three']))).toBe(true)
    })
  }
})
