import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { adminPassword, applied, sleepers, Yard } from '../faults/control-plane.ts'
import { SourceCopy } from './source-copy.ts'

const execute = promisify(execFile)
const yard = new Yard()
const sources = new SourceCopy()
afterAll(async () => {
  await yard.sweep()
  sources.remove()
})

const declared = {
  file: 'contract/workloads/services.ts',
  code: `  push: upload({
    method: 'PUT',
    path: '/api/v1/services/:id/parcel',
    summary: 'Bring a parcel',
    input: z.strictObject({ id: Id, label: z.string().optional() }),
    output: z.object({ bytes: z.int(), label: z.string().nullable() }),
    permission: 'files.write',
    scope: { on: 'service', field: 'id' },
    danger: 'reversible',
  }),
  pull: stream({
    method: 'GET',
    path: '/api/v1/services/:id/parcel',
    summary: 'Fetch the parcel',
    input: z.strictObject({ id: Id, cut: z.boolean().optional() }),
    output: Binary,
    permission: 'files.read',
    scope: { on: 'service', field: 'id' },
    danger: 'none',
  }),
`,
}
const handled = {
  file: 'server/src/workloads/services/operations.ts',
  code: `    push: async ({ id, label }, _context, body) => {
      const chunks: Buffer[] = []
      for await (const chunk of body) chunks.push(chunk as Buffer)
      parcels.set(id, Buffer.concat(chunks))
      return { bytes: parcels.get(id)?.length ?? 0, label: label ?? null }
    },
    async *pull({ id, cut }, { exchange }) {
      exchange.download('parcel.bin', 'application/octet-stream')
      const whole = parcels.get(id) ?? Buffer.alloc(0)
      for (let at = 0; at < whole.length; at += 65_536) {
        if (cut && at > 0) throw new Error('cut')
        yield whole.subarray(at, at + 65_536)
      }
    },
`,
}

let run: (args: readonly string[], input?: Buffer) => Promise<{ exit: number; stdout: Buffer; stderr: string }>
let onTerminal: (line: string) => Promise<string>
let data: string
const parcel = Buffer.from(Array.from({ length: 1_000_003 }, (_, n) => (n * 7919) % 256))

beforeAll(async () => {
  sources.insert(
    {
      file: declared.file,
      code: `import { stream, upload } from '../operation.ts'\nimport { Binary } from '../page.ts'\n`,
    },
    'import { serviceActs,',
  )
  sources.insert(declared, '  inspect: call({\n')
  sources.insert(
    { file: handled.file, code: 'const parcels = new Map<string, Buffer>()\n' },
    'function removal(service: Service',
  )
  sources.insert(handled, '    inspect: async ({ id }) => {\n')
  data = yard.folder()
  const { url, admin } = await yard.admin(data, { root: sources.root })
  await applied(admin, sleepers('hello', ['api']))
  const { accessToken } = await admin.auth.login({ username: 'admin', password: adminPassword })
  const env = { ...process.env, WHEELHOUSE_URL: url, WHEELHOUSE_TOKEN: accessToken, XDG_CONFIG_HOME: data }
  const program = join(sources.root, 'cli/bin/wh.js')
  run = async (args, input) => {
    const child = spawn(process.execPath, [program, ...args], { cwd: data, env })
    child.stdin.end(input)
    const [stdout, stderr, [exit]] = await Promise.all([buffer(child.stdout), text(child.stderr), once(child, 'close')])
    return { exit: exit as number, stdout, stderr }
  }
  onTerminal = async (line) => {
    const inner = `'${process.execPath}' '${program}' ${line}`
    const options = { cwd: data, env: { ...env, LANG: 'C.UTF-8' } }
    return (await execute('script', ['-qec', inner, '/dev/null'], options).catch((e: { stdout: string }) => e)).stdout
  }
}, 120_000)

describe('bytes on the command line', () => {
  test('are declared, handled and typed like any operation', async () => {
    sources.check(`import type { Client } from '@wheelhouse/client'
export const push = (client: Client): Promise<{ bytes: number; label: string | null }> => client.services.push({ id: 'x' }, new Blob([]))
export const pull = (client: Client): Promise<ReadableStream<Uint8Array>> => client.services.pull({ id: 'x' })
// @ts-expect-error an upload has a body
export const nothing = (client: Client): unknown => client.services.push({ id: 'x' })
`)
    expect(await sources.problems()).toEqual([])
  }, 120_000)

  test('go from a file or a pipe, and come into a file or a pipe', async () => {
    writeFileSync(join(data, 'parcel.bin'), parcel)
    const sent = await run(['services', 'push', 'hello-api', '--label', 'a', '--from', 'parcel.bin', '-o', 'json'])
    expect([sent.stderr, sent.exit]).toEqual(['', 0])
    expect(JSON.parse(sent.stdout.toString())).toEqual({ bytes: parcel.length, label: 'a' })
    const piped = await run(['services', 'pull', 'hello-api'])
    expect(piped.stdout.equals(parcel)).toBe(true)

    const through = await run(['services', 'push', 'hello-api', '--from', '-', '-o', 'json'], parcel.subarray(0, 777))
    expect(JSON.parse(through.stdout.toString())).toEqual({ bytes: 777, label: null })
    const file = join(data, 'out.bin')
    const fetched = await run(['services', 'pull', 'hello-api', '--to', 'out.bin'])
    expect(fetched).toMatchObject({ exit: 0, stderr: `${file} is written, 777 B.\n` })
    expect(readFileSync(file).equals(parcel.subarray(0, 777))).toBe(true)
    expect(statSync(file).mode & 0o777).toBe(0o600)
  }, 120_000)

  test('a transfer that breaks off leaves no file that looks whole', async () => {
    await run(['services', 'push', 'hello-api', '--from', 'parcel.bin'])
    const cut = await run(['services', 'pull', 'hello-api', '--cut', '--to', 'cut.bin'])
    expect(cut.exit).toBe(1)
    expect(cut.stderr).toContain('error[CUT_OFF]')
    expect([existsSync(join(data, 'cut.bin')), existsSync(join(data, 'cut.bin.part'))]).toEqual([false, false])
  }, 120_000)

  test('are refused where they make no sense', async () => {
    expect(await run(['services', 'push', 'hello-api'])).toMatchObject({ exit: 2 })
    const missing = await run(['services', 'push', 'hello-api', '--from', 'nowhere.bin'])
    expect([missing.exit, missing.stderr.split('\n')[0]]).toEqual([
      2,
      `error[FILE] ${join(data, 'nowhere.bin')} cannot be read: ENOENT: no such file or directory.`,
    ])
    const shown = await onTerminal('services pull hello-api')
    expect(shown).toContain('These are bytes, not text.')
    expect(shown.length).toBeLessThan(500)
  }, 120_000)

  test('show how far they are on a terminal', async () => {
    const shown = await onTerminal('services push hello-api --from parcel.bin')
    expect(shown).toContain('977 kB of 977 kB')
    expect(shown).toContain('100%')
  }, 120_000)
})
