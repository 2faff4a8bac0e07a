import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Ran, wh } from '../../cli/test/wh.ts'
import { SwarmHouse } from '../../server/src/workloads/swarm/testing/swarm-house.ts'
import { adminPassword } from '../fixtures/house.ts'

let own: SwarmHouse
let folder: string
let env: Record<string, string>
const run = (...args: string[]): Promise<Ran> => wh(args, env, '', process.execPath, folder)
beforeAll(async () => {
  own = await SwarmHouse.open()
  folder = mkdtempSync(join(tmpdir(), 'wh-swarm-cli-'))
  const { token } = await own.house.signIn('admin', adminPassword)
  env = { WHEELHOUSE_URL: own.house.url, WHEELHOUSE_TOKEN: token, XDG_CONFIG_HOME: folder }
  writeFileSync(join(folder, 'token.txt'), 'the-token')
  writeFileSync(
    join(folder, 'compose.yaml'),
    `services:
  web:
    image: web:1
    container_name: mine
    secrets: [token]
    deploy: { replicas: 2 }
secrets: { token: { file: ./token.txt } }
`,
  )
})
afterAll(async () => {
  await own.close()
  rmSync(folder, { recursive: true })
})

test(
  'a stack on a Swarm is planned, applied, shown and removed by the same words as any other',
  { timeout: 60_000 },
  async () => {
    const planned = await run('plan', '--target', own.swarm, '--name', 'shop')
    expect(planned.exit).toBe(0)
    expect(planned.stdout).toContain('shop_token')
    expect(planned.stdout).toContain('line 4: not applied: container_name')
    const applied = await run('apply', '--target', own.swarm, '--name', 'shop', '-y')
    expect(applied.stderr).toContain('shop is applied.')
    expect(applied.exit).toBe(0)
    expect([...own.cluster.values.values()]).toContain('the-token')
    expect((await run('get', 'stacks')).stdout).toMatch(/shop .*running/)
    const described = await run('describe', 'stack', 'shop')
    expect(described.stdout).toContain('web')
    expect(described.stdout).toContain(own.swarm)
    expect((await run('get', 'services', '--stack', 'shop')).stdout).toContain('shop_web')
    writeFileSync(join(folder, 'token.txt'), 'another-token')
    const changed = await run('plan', '--target', own.swarm, '--name', 'shop', '--exit-code')
    expect(changed.exit).toBe(8)
    expect(changed.stdout).not.toContain('another-token')
    const removed = await run('delete', 'stack', 'shop', '-y')
    expect(removed.exit).toBe(0)
    expect(own.cluster.services.size).toBe(0)
    expect(own.cluster.secrets.size).toBe(0)
  },
)
