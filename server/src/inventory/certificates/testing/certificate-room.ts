import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NewEvent, Role } from '@wheelhouse/contract'
import { openDatabase } from '@wheelhouse/platform/db'
import { createLog } from '@wheelhouse/platform/log'
import { openSecrets } from '@wheelhouse/platform/secrets'
import { onTestFinished } from 'vitest'
import { type CallContext, type Caller, noExchange } from '../../../dispatch/index.ts'
import { migrations } from '../../../migrations/index.ts'
import { type CertificatesParts, createCertificates } from '../index.ts'

const log = createLog({ level: 'silent', pretty: false })

export const person = (role: Role): Caller => ({
  kind: 'user',
  userId: role,
  username: role,
  sessionId: null,
  tokenName: null,
  authority: { role, reach: 'all', grants: [], limits: null },
  face: 'rest',
  ip: '127.0.0.1',
  userAgent: 'test',
})

/** The domain on a database and folder of its own, called as an administrator unless told. */
export async function openRoom(parts: Partial<CertificatesParts> & { readonly url?: string } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'wh-certificates-'))
  const database = await openDatabase({ url: parts.url ?? `sqlite:${join(folder, 'test.db')}`, log })
  await database.migrate(migrations)
  const events: NewEvent[] = []
  const audited: { resource?: string; before?: unknown; after?: unknown }[] = []
  const secrets = openSecrets({ keyFile: join(folder, 'master.key') })
  const certificates = createCertificates({
    database,
    secrets,
    log,
    folder: join(folder, 'certs'),
    authority: 'wheelhouse',
    mkcertRoot: null,
    guard: async (host) => ({ address: host === 'localhost' ? '127.0.0.1' : host, family: 4 }),
    announce: (event) => events.push(event),
    ...parts,
  })
  onTestFinished(async () => {
    certificates.close()
    await database.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const as = (role: Role): CallContext => ({
    caller: person(role),
    requestId: 'r',
    signal: new AbortController().signal,
    audit: (entry) => void audited.push(entry),
    exchange: noExchange,
  })
  return { ...certificates, database, secrets, folder, events, audited, as, admin: as('admin') }
}
