import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { EngineCertificates } from '../../../../test/docker/engine-certificates.ts'
import { openTestHouse, type TestHouse } from '../../../../test/fixtures/house.ts'
import { MemoryEngine } from '../stacks/testing/memory-engine.ts'
import { GitHost } from './testing/git-host.ts'

const token = 'tok-5c1e9a77-b2d4'
const login = `reader:${token}`
/** As people could read it: plain, and as the header of a sign-in has it. */
const tellTales = [token, Buffer.from(login).toString('base64')]
const file = 'services: { web: { image: "nginx:1" } }\n'

let authority: EngineCertificates
let folder: string
let host: GitHost
let house: TestHouse
let engine: MemoryEngine
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wh-git-tls-'))
  authority = new EngineCertificates()
  writeFileSync(join(folder, 'ca.pem'), authority.ca)
  host = await GitHost.open(authority.sign('IP:127.0.0.1'))
  host.login = login
  engine = new MemoryEngine()
  house = await openTestHouse({ docker: engine, engine: 'unix:///memory' })
  const state = async () => (await house.admin.targets.list({})).items.find(({ kind }) => kind === 'docker')?.state
  await vi.waitFor(async () => expect(await state()).toBe('connected'), { timeout: 60_000 })
  await host.commit('First', { 'compose.yaml': file })
}, 120_000)
afterAll(async () => {
  await house.close()
  host.close()
  authority.close()
  rmSync(folder, { recursive: true, force: true })
})
const trusted = process.env.GIT_SSL_CAINFO
const trust = (path: string | undefined): void => {
  if (path === undefined) delete process.env.GIT_SSL_CAINFO
  else process.env.GIT_SSL_CAINFO = path
}
afterEach(() => {
  trust(trusted)
  host.heard = () => undefined
})

/** Whatever of this machine's processes and of a folder holds one of the words. */
const argumentsWith = (words: readonly string[]): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')]
      } catch {
        return []
      }
    })
    .filter((line) => words.some((word) => line.includes(word)))
const filesWith = (root: string, words: readonly string[]): string[] =>
  readdirSync(root, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    const path = join(entry.parentPath, entry.name)
    if (!entry.isFile()) return []
    try {
      const bytes = readFileSync(path)
      return words.some((word) => bytes.includes(word)) ? [path] : []
    } catch {
      return []
    }
  })

const connect = (name: string, more: object = {}) =>
  house.admin.stackSources.connect({ name, target: 'docker', url: host.url, pollSeconds: null, ...more })

test('a private repository over https is followed, and its token is in no argument, address, file, answer or record', async () => {
  trust(join(folder, 'ca.pem'))
  const seen: string[] = []
  let asked = 0
  let running = 0
  host.heard = () => {
    asked += 1
    // What git runs at this moment is looked at too, or an empty answer would say nothing.
    running += argumentsWith([host.url]).length
    seen.push(...argumentsWith(tellTales), ...filesWith(house.data, tellTales))
  }
  const source = await connect('shop', { username: 'reader', token })
  expect(source).toMatchObject({ credential: 'token', username: 'reader', commit: { message: 'First' }, url: host.url })
  const started = await house.admin.stackSources.sync({ id: source.id })
  await expect
    .poll(() => house.admin.jobs.get({ id: started.id }), { timeout: 60_000 })
    .toMatchObject({ state: 'succeeded' })
  expect(engine.row('shop-web-1')?.image).toBe('nginx:1')
  expect(host.signedWith).toContain(`Basic ${tellTales[1]}`)
  expect(asked).toBeGreaterThan(2)
  expect(running).toBeGreaterThan(0)
  expect(seen).toEqual([])
  expect(filesWith(house.data, tellTales)).toEqual([])
  const { admin } = house
  const told = JSON.stringify([
    source,
    await admin.stackSources.list({}),
    await admin.audit.list({ limit: 100 }),
    await admin.timeline.list({ limit: 100 }),
    await admin.jobs.list({ limit: 100 }),
  ])
  for (const word of tellTales) expect(told).not.toContain(word)
}, 120_000)

test('a sign-in that the host refuses is told without the token, and so is none', async () => {
  trust(join(folder, 'ca.pem'))
  await expect(connect('none')).rejects.toMatchObject({
    code: 'TARGET_REFUSED',
    message: expect.stringContaining('wants a sign-in, or refuses this one') as string,
  })
  const wrong = 'tok-wrong-00ff'
  const refusal: unknown = await connect('wrong', { token: wrong }).catch((error: unknown) => error)
  expect(refusal).toMatchObject({ code: 'TARGET_REFUSED' })
  expect((refusal as Error).message + JSON.stringify(refusal)).not.toContain(wrong)
  expect(JSON.stringify(await house.admin.audit.list({ limit: 20 }))).not.toContain(wrong)
}, 120_000)

test('a host whose authority is not trusted, or whose certificate is for another, never gets the token', async () => {
  const seen = host.signedWith.length
  trust(undefined)
  await expect(connect('stranger', { token })).rejects.toMatchObject({
    code: 'TARGET_REFUSED',
    message: expect.stringContaining('a certificate that is not trusted') as string,
  })
  expect(host.signedWith.length).toBe(seen)

  trust(join(folder, 'ca.pem'))
  for (const certificate of [authority.sign('IP:127.0.0.2'), authority.sign('IP:127.0.0.1', { ended: true })]) {
    const other = await GitHost.open(certificate)
    await expect(connect('other', { url: other.url, token })).rejects.toMatchObject({
      code: 'TARGET_REFUSED',
      message: expect.stringContaining('a certificate that is not trusted') as string,
    })
    expect(other.signedWith).toEqual([])
    other.close()
  }
}, 120_000)
