import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { adminPassword, applied, root, signIn, sleepers, Yard } from '../faults/control-plane.ts'
import { SourceCopy } from './source-copy.ts'

const execute = promisify(execFile)
const yard = new Yard()
const sources = new SourceCopy()
const copy = sources.root
afterAll(async () => {
  await yard.sweep()
  sources.remove()
})

/** The TypeScript blocks of the example, each with the file its step names. */
function steps(): { file: string; code: string }[] {
  const text = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')
  const section = text.split(/^## /m).find((part) => part.startsWith('Adding an operation')) ?? ''
  const blocks = [...section.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code ?? '')
  const files = [...section.matchAll(/`((?:contract|server)\/[\w/.-]+\.ts)`/g)].map(([, file]) => file ?? '')
  expect(blocks).toHaveLength(2)
  // Named in the order of the steps, before anything else is.
  expect(files.length).toBeGreaterThanOrEqual(2)
  return blocks.map((code, i) => ({ code, file: files[i] ?? '' }))
}
test('the worked example of CONTRIBUTING: declared and handled, it is in REST, OpenAPI, client and command line', async () => {
  sources.check(
    `import type { Client } from '@wheelhouse/client'\nexport const asked = (client: Client): Promise<{ serviceId: string; uptimeMs: number | null }> => client.services.uptime({ id: 'x' })\n`,
  )
  const [declared, handled] = steps()
  sources.insert(declared!, '  inspect: call({\n')
  const missing = await sources.problems()
  // One place, the one that the text names; nothing else has to change.
  expect(missing, missing.join('\n')).toHaveLength(1)
  expect(missing[0]).toContain(handled!.file)
  expect(missing[0]).toContain('uptime')
  sources.insert(handled!, '    inspect: async ({ id }) => {\n')
  expect(await sources.problems()).toEqual([])

  const data = yard.folder()
  const { url, admin } = await yard.admin(data, { root: copy })
  await applied(admin, sleepers('hello', ['api']))
  const { accessToken } = await admin.auth.login({ username: 'admin', password: adminPassword })
  const answer = await fetch(`${url}/api/v1/services/hello-api/uptime`, {
    headers: { authorization: `Bearer ${accessToken}` },
  })
  expect(answer.status).toBe(200)
  const body = (await answer.json()) as { uptimeMs: number }
  expect(body).toEqual({ serviceId: 'local:hello-api', uptimeMs: expect.any(Number) as number })
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as { paths: Record<string, object> }
  expect(document.paths['/api/v1/services/{id}/uptime']).toHaveProperty('get')

  // The client of the copy, and its command line, each in a process of its own: this one knows the contract without it.
  const script = `import { createClient, tableOf } from '@wheelhouse/client'
import { contract } from '@wheelhouse/contract'
const client = createClient({ origin: process.argv[2], table: tableOf(contract), token: () => process.argv[3] })
console.log(JSON.stringify(await client.services.uptime({ id: 'hello-api' })))`
  writeFileSync(join(copy, 'ask.mjs'), script)
  const asked = await execute(process.execPath, [join(copy, 'ask.mjs'), url, accessToken], { cwd: copy })
  expect(JSON.parse(asked.stdout)).toMatchObject({ serviceId: 'local:hello-api' })
  const env = { ...process.env, WHEELHOUSE_URL: url, WHEELHOUSE_TOKEN: accessToken, XDG_CONFIG_HOME: data }
  const wh = await execute(
    process.execPath,
    [join(copy, 'cli/bin/wh.js'), 'services', 'uptime', 'hello-api', '-o', 'json'],
    { cwd: copy, env },
  )
  expect(JSON.parse(wh.stdout)).toMatchObject({ serviceId: 'local:hello-api' })

  // Those who may not see it are told nothing of it.
  await admin.users.create({
    username: 'nobody',
    password: adminPassword,
    role: 'viewer',
    reach: 'granted',
    grants: [{ on: 'target', id: 'x', role: 'viewer' }],
  })
  const nobody = await (await signIn(url, 'nobody', adminPassword)).auth.me()
  expect(nobody.username).toBe('nobody')
  const refused = await fetch(`${url}/api/v1/services/hello-api/uptime`, {
    headers: {
      authorization: `Bearer ${(await admin.auth.login({ username: 'nobody', password: adminPassword })).accessToken}`,
    },
  })
  expect(await refused.json()).toMatchObject({ errorCode: 'NOT_FOUND' })
}, 300_000)
