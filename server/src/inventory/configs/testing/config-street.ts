import { type Failure, type NewEvent } from '@wheelhouse/contract'
import type { Database } from '@wheelhouse/platform/db'
import { openSecrets } from '@wheelhouse/platform/secrets'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { type Caller, type CallContext, noExchange } from '../../../dispatch/index.ts'
import { type ConfigEntryRead, createConfigs } from '../index.ts'

export const admin: Caller = {
  kind: 'user',
  userId: 'u1',
  username: 'mara',
  sessionId: null,
  tokenName: null,
  authority: { role: 'admin', reach: 'all', grants: [], limits: null },
  face: 'rest',
  ip: '127.0.0.1',
  userAgent: 'test',
}
export const as = (role: 'developer' | 'viewer'): Caller => ({
  ...admin,
  username: role,
  authority: { role, reach: 'all', grants: [], limits: null },
})
export const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no failure',
    (error: unknown) => (error as Failure).code ?? String(error),
  )

export type OpenDatabase = () => Promise<{ database: Database; close(): Promise<void> }>

/** A database and a folder for a suite, both real; the folder is fresh for each test. Call inside `describe`. */
export function configStreet(open: OpenDatabase) {
  let opened: Awaited<ReturnType<typeof open>>
  let folder: string
  let number = 0
  beforeAll(async () => {
    opened = await open()
  })
  afterAll(() => opened.close())
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'wh-configs-')))
    number++
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const write = (name: string, text: string): string => {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8')

  function house(entry?: Partial<ConfigEntryRead>) {
    const events: NewEvent[] = []
    const audited: unknown[] = []
    const stack = `shop${number}`
    const configs = createConfigs({
      database: opened.database,
      secrets: openSecrets({ key: Buffer.alloc(32, 7).toString('base64') }),
      backupFolder: join(folder, 'backups'),
      announce: (event) => events.push(event),
      mayUseMachine: (caller) => caller.authority?.role === 'admin',
      readConfigEntry: (input) =>
        Promise.resolve({
          stack,
          environment: input.environment ?? 'staging',
          directory: input.directory,
          source: { directory: input.directory, file: 'deployment.config.env', environment: 'staging', stack },
          templates: [],
          apps: [],
          ...entry,
        }),
    })
    const by = (caller: Caller = admin): CallContext => ({
      caller,
      requestId: 'r1',
      signal: new AbortController().signal,
      audit: (note) => void audited.push(note),
      exchange: noExchange,
    })
    const { handlers } = configs
    const text = async (input: Parameters<typeof handlers.export>[0], caller = admin): Promise<string> => {
      let all = ''
      for await (const chunk of handlers.export(input, by(caller))) all += chunk
      return all
    }
    return { ...configs, handlers, by, events, audited, stack, text }
  }
  const name = (word: string): string => `${word}-${number}`

  return { write, read, house, name, folder: () => folder }
}
