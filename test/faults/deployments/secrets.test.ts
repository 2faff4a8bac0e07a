import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Client } from '@wheelhouse/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { adminPassword, clientOf, type ControlPlane, Yard } from '../control-plane.ts'
import { migrating } from './failures.ts'
import { Puppet } from './puppet.ts'
import { type Draft, ended, secret, Stack, told } from './stack.ts'

const yard = new Yard()
const folder = yard.folder()
/** In the master file, in a variable of the call, and in a password of the backup. */
const secrets = [secret, 'amber-lantern-4-quarry', 'copper-thimble-9-meadow']
let puppet: Puppet
let plane: ControlPlane
let admin: Client
let url: string

beforeAll(async () => {
  puppet = await Puppet.open()
  ;({ plane, admin, url } = await yard.admin(`${folder}/data`, { env: { WHEELHOUSE_LOG_LEVEL: 'debug' } }))
})
afterAll(async () => {
  puppet.close()
  await yard.sweep()
})

/** Command lines of all processes, looked at without a pause. */
class CommandLines {
  readonly found = new Set<string>()
  looked = 0
  #ended = false
  readonly #looking: Promise<void>

  constructor() {
    this.#looking = this.#look()
  }

  async #look(): Promise<void> {
    while (!this.#ended) {
      for (const name of readdirSync('/proc')) {
        if (!/^\d+$/.test(name)) continue
        try {
          const line = readFileSync(`/proc/${name}/cmdline`, 'utf8')
          if (secrets.some((one) => line.includes(one))) this.found.add(line.replaceAll('\0', ' '))
        } catch {
          continue
        }
      }
      this.looked++
      await new Promise((again) => setTimeout(again, 5))
    }
  }

  async end(): Promise<void> {
    this.#ended = true
    await this.#looking
  }
}

/** Everything of every table, as it lies in the file. */
function everyRow(file: string): string {
  const database = new DatabaseSync(file, { readOnly: true, timeout: 30_000 })
  const tables = database.prepare("select name from sqlite_master where type = 'table'").all() as { name: string }[]
  const rows = tables.flatMap(({ name }) => database.prepare(`select * from "${name}"`).all())
  database.close()
  return rows.map((row) => Object.values(row).map(String).join('\n')).join('\n')
}

const holds = (text: string): string[] =>
  text.split('\n').filter((line) => secrets.some((one) => line.includes(one) || line.includes(btoa(one).slice(0, 20))))

// Each program that gets the secrets tells them to everybody: what it prints is masked.
function telling(draft: Draft, stack: Stack): void {
  stack.put('tools/tell.sh', 'echo "password $API_PASSWORD and $EXTRA_TOKEN"; env; exit "${1:-0}"')
  const tell = ['sh', stack.path('tools/tell.sh')]
  draft.apps.web!.options = { command: tell }
  draft.apps.web!.secrets = ['API_PASSWORD', 'EXTRA_TOKEN']
  draft.apps.web!.test = tell
  draft.services.web!.environment = { ...(draft.services.web!.environment as object), CALL: '${CALL_TOKEN}' }
  draft.pipeline.commands.push({ name: 'tell', before: 'start', run: tell })
  migrating(draft, stack, `sh ${stack.path('tools/tell.sh')}`)
}

test.each([
  { title: 'a deploy that succeeds', state: 'succeeded', fault: () => undefined },
  {
    title: 'a deploy that a command fails',
    state: 'rolled-back',
    fault: (draft: Draft, stack: Stack) =>
      void draft.pipeline.commands.push({
        name: 'fails',
        before: 'gates',
        run: ['sh', stack.path('tools/tell.sh'), '3'],
      }),
  },
  {
    title: 'a deploy that a check fails',
    state: 'rolled-back',
    fault: (draft: Draft, stack: Stack) => {
      draft.verify = [{ command: ['sh', stack.path('tools/tell.sh'), '3'], interval: '500ms', retries: 1 }]
      stack.put(
        'api/main.mjs',
        `console.log(process.env.PASSWORD)\n${readFileSync(stack.path('api/main.mjs'), 'utf8')}`,
      )
    },
  },
])('$title tells no secret', { timeout: 240_000 }, async ({ title, state, fault }) => {
  const lines = new CommandLines()
  const stack = await Stack.make(folder, `secret-${title.split(' ').at(-1)}`, 'rolling', puppet)
  stack.write('first', (draft) => {
    telling(draft, stack)
    fault(draft, stack)
  })
  stack.put('values.env', `GREETING=hello\nAPI_PASSWORD=${secret}\nEXTRA_TOKEN=${secrets[2]}\n`, 0o600)
  const variables = { CALL_TOKEN: secrets[1]! }
  const plan = await admin.deployments.start.plan({ directory: stack.directory, variables })
  const { id } = await admin.deployments.start({ directory: stack.directory, variables })
  const run = await ended(() => admin, id)
  await lines.end()
  expect(run.state, told(run)).toBe(state)
  expect([...lines.found]).toEqual([])
  expect(lines.looked).toBeGreaterThan(50)

  const { accessToken } = await clientOf(url).auth.login({ username: 'admin', password: adminPassword })
  const read = async (path: string): Promise<string> => {
    const answer = await fetch(`${url}/api/v1/${path}`, { headers: { authorization: `Bearer ${accessToken}` } })
    expect(answer.status, path).toBe(200)
    return answer.text()
  }
  const log = await read(`deployments/${id}/log?limit=5000`)
  expect(log).toContain('password [secret] and [secret]')
  const places: Record<string, string> = {
    plan: JSON.stringify(plan),
    record: JSON.stringify(run),
    log,
    html: await read(`deployments/${id}/report?format=html`),
    json: await read(`deployments/${id}/report?format=json`),
    releases: await read('releases'),
    backups: await read('backups'),
    events: await read('events?limit=500'),
    audit: await read('audit?limit=500'),
    stacks: await read('stacks'),
    server: plane.stdout + plane.stderr,
    database: everyRow(join(folder, 'data/wheelhouse.db')),
  }
  for (const [place, text] of Object.entries(places)) expect(holds(text), place).toEqual([])
})
