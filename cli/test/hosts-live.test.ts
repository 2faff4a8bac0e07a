import { spawn } from 'node:child_process'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { RecordedEngine } from '../../test/docker/recorded-engine.ts'
import { applied, sleepers } from '../../test/faults/control-plane.ts'
import { adminPassword, openTestHouse, type TestHouse } from '../../test/fixtures/house.ts'
import { program, wh } from './wh.ts'

let house: TestHouse
let token: string
const engines: Record<string, RecordedEngine> = {}
const patient = { timeout: 20_000 }
const env = (): Record<string, string> => ({
  WHEELHOUSE_URL: house.url,
  WHEELHOUSE_TOKEN: token,
  XDG_CONFIG_HOME: house.data,
})

beforeAll(async () => {
  house = await openTestHouse()
  token = (await house.signIn('admin', adminPassword)).token
  for (const name of ['alpha', 'beta']) {
    engines[name] = await new RecordedEngine({ name, containers: 3 }).listen()
    await house.admin.targets.register({ name, address: engines[name].address })
  }
  await vi.waitFor(async () => expect((await house.admin.services.list()).total).toBe(6), patient)
})
afterAll(async () => {
  await house.close()
  for (const engine of Object.values(engines)) await engine.close()
})

/** What a watching command prints; `until` waits for a line of it. */
function watching(...args: string[]): { until(pattern: RegExp): Promise<void>; text(): string; end(): void } {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, [program, ...args], { env: { PATH, HOME, ...env() } })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
  return {
    until: (pattern) => vi.waitFor(() => expect(text).toMatch(pattern), patient),
    text: () => text,
    end: () => void child.kill('SIGINT'),
  }
}

test('services are watched on the target that was named, and on all', async () => {
  const one = watching('get', 'services', '--target', 'alpha', '-w')
  const all = watching('get', 'containers', '-A', '--watch')
  await one.until(/alpha-web-2/)
  await all.until(/beta-web-2/)
  for (const [name, engine] of Object.entries(engines)) {
    const [id = ''] = engine.containers.keys()
    // It may have been told before the command heard: it goes on until they have said so.
    await vi.waitFor(() => {
      engine.turn(id, engine.containers.get(id)!.status === 'paused' ? 'unpause' : 'pause')
      for (const command of name === 'alpha' ? [one, all] : [all])
        expect(command.text()).toMatch(new RegExp(`${name}-web-0 +paused`))
    }, patient)
  }
  expect(one.text()).not.toContain('beta-web')
  one.end()
  all.end()
}, 120_000)

test('stacks are watched', async () => {
  const stacks = watching('get', 'stacks', '-w')
  await applied(house.admin, sleepers('early', ['one']))
  await vi.waitFor(async () => {
    await applied(house.admin, sleepers('late', ['one', `two-${Date.now()}`]))
    expect(stacks.text()).toMatch(/^late /m)
  }, patient)
  stacks.end()
}, 120_000)

test('all services of the targets are restarted by one command, and what did not go is told', async () => {
  await wh(['start', '--all', '--target', 'alpha,beta', '--yes'], env())
  const whole = await wh(['restart', '--label', 'team=web', '--target', 'alpha,beta', '--yes'], env())
  expect(whole).toMatchObject({ exit: 0 })
  expect(whole.stderr).toMatch(/Restart 6 services on 2 targets: done\./)
  expect(whole.stderr).toMatch(/beta-web-2 on beta +restarted/)
  engines.beta!.hold('acts')
  const running = wh(['restart', '--label', 'team=web', '--yes', '-o', 'json'], env())
  await vi.waitFor(() => expect(engines.beta!.held).toBe(3), patient)
  engines.beta!.breakOff()
  const { exit, stdout, stderr } = await running
  expect(exit).toBe(1)
  expect(stderr).toContain('error[TARGET_UNREACHABLE] 3 of 6 were not restarted.')
  const { result } = JSON.parse(stdout) as { result: { services: { targetName: string; outcome: string }[] } }
  const outcomes = result.services.map(({ targetName, outcome }) => `${targetName} ${outcome}`)
  expect(new Set(outcomes)).toEqual(new Set(['alpha done', 'beta failed']))
  engines.beta!.release()
}, 120_000)
