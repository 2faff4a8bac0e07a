import { randomUUID, X509Certificate } from 'node:crypto'
import { type certificates, Failure, type NewEvent, notFound, type OutputOf } from '@wheelhouse/contract'
import { isUniqueViolation } from '@wheelhouse/platform/db'
import { callerMay, type Handlers, paged, requirePermission } from '../../dispatch/index.ts'
import type { Authority } from './authority/authority.ts'
import type { Mkcert } from './authority/mkcert.ts'
import type { SystemStore } from './authority/system-store.ts'
import { removeFiles, requireFolder, writeFiles } from './certificate-files.ts'
import { domainsOf, fingerprintOf, nameText, readChain, requireKeyFits } from './certificate-text.ts'
import { canonicalDomain, canonicalDomains, covers, nameFor } from './domain-name.ts'
import type { CertificateRecord, CertificateStore } from './store.ts'
import { type Guard, shownBy } from './verify/handshake.ts'
import { type Check, judge } from './verify/verify.ts'
import { certificateView } from './view.ts'

export interface CertificateRoom {
  readonly store: CertificateStore
  readonly system: SystemStore
  readonly folder: string
  readonly now: () => number
  readonly guard: Guard
  authority(): Promise<Authority | Mkcert>
  announce(event: NewEvent): unknown
}

type Shown = OutputOf<typeof certificates.authority>

const taken = (name: string): Failure =>
  new Failure('CONFLICT', `There is a certificate "${name}" already. Choose another name, or remove that one first.`, {
    field: 'name',
  })

export function certificateHandlers(room: CertificateRoom): Handlers<typeof certificates> {
  const { store, now } = room
  const view = (record: CertificateRecord) => certificateView(record, now())

  async function one(id: string): Promise<CertificateRecord> {
    const record = await store.find(id)
    if (!record) throw notFound('certificate', id)
    return record
  }
  async function free(name: string): Promise<void> {
    if (await store.find(name)) throw taken(name)
  }
  async function keep(record: CertificateRecord, key: string | null, actor: string): Promise<void> {
    await store.insert(record, key).catch((error: unknown) => {
      throw isUniqueViolation(error) ? taken(record.name) : error
    })
    const { daysLeft, domains } = view(record)
    room.announce({
      type: 'certificate.created',
      actor,
      message: `The certificate ${record.name} was ${record.issuedBy === 'other' ? 'imported' : 'generated'}; it lasts ${daysLeft} days.`,
      data: { certificateId: record.id, name: record.name, domains },
    })
  }
  async function shownAuthority(): Promise<Shown> {
    const authority = await room.authority()
    const certificate = await authority.certificate()
    const read = new X509Certificate(certificate)
    const found = await room.system.holds(certificate)
    return {
      source: authority.source,
      subject: nameText(read.subject),
      notAfter: read.validToDate.toISOString(),
      ...found,
      certificate,
    }
  }
  async function trust(wanted: boolean): Promise<Shown> {
    const authority = await room.authority()
    const certificate = await authority.certificate()
    if ((await room.system.holds(certificate)).trusted !== wanted) {
      if ('trust' in authority) await authority.trust(wanted)
      else await room.system.change(certificate, wanted)
    }
    return shownAuthority()
  }
  /** The listed one that is for a domain: of several the one that lasts longest. */
  async function bestFor(domain: string): Promise<CertificateRecord> {
    const fitting = (await store.all()).filter((record) =>
      domainsOf(readChain(record.certificate)[0]).some((each) => covers(each, domain)),
    )
    const last = (record: CertificateRecord): number => readChain(record.certificate)[0].validToDate.getTime()
    const [best] = fitting.toSorted((a, b) => last(b) - last(a))
    if (!best)
      throw new Failure('NOT_FOUND', `No certificate is for ${domain}. Generate one, or name the address of a server.`)
    return best
  }

  return {
    list: async (input, { caller }) => {
      requirePermission(caller, 'certificates.read')
      const q = input.q?.toLowerCase()
      const rows = (await store.all())
        .map(view)
        .filter((row) => q === undefined || `${row.name} ${row.domains.join(' ')}`.toLowerCase().includes(q))
      return paged(rows, input)
    },
    get: async ({ id }, { caller }) => {
      requirePermission(caller, 'certificates.read')
      const record = await one(id)
      return { ...view(record), certificate: record.certificate }
    },
    authority: async (_, { caller }) => {
      requirePermission(caller, 'certificates.read')
      return shownAuthority()
    },
    generate: async (input, { caller, audit }) => {
      requirePermission(caller, 'certificates.manage')
      const domains = canonicalDomains(input.domains)
      // Both act on the machine of the control plane, beyond the list.
      if ((input.folder !== undefined || input.installTrust) && !callerMay(caller, 'targets.manage')) {
        const what = input.folder === undefined ? 'the trust of this machine' : 'a folder of this machine'
        throw new Failure('POLICY_REFUSED', `Changing ${what} needs targets.manage. An administrator can do it.`)
      }
      const folder = input.folder === undefined ? room.folder : requireFolder(input.folder)
      const name = input.name ?? nameFor(domains)
      await free(name)
      const authority = await room.authority()
      const pair = await authority.issue(domains, input.days ?? null)
      const files = await writeFiles(folder, domains, pair, await store.all())
      const record: CertificateRecord = {
        id: randomUUID(),
        name,
        issuedBy: authority.source,
        certificate: pair.certificate,
        hasKey: true,
        ...files,
        createdAt: now(),
        createdBy: caller.username,
      }
      try {
        await keep(record, pair.key, caller.username)
      } catch (error) {
        await removeFiles(files)
        throw error
      }
      const { installTrust = false } = input
      audit({ resource: `certificate:${record.id}`, after: { ...view(record), installTrust } })
      if (installTrust) await trust(true)
      return view(record)
    },
    import: async (input, { caller, audit }) => {
      requirePermission(caller, 'certificates.manage')
      const [leaf, ...rest] = readChain(input.certificate)
      if (input.key !== undefined) requireKeyFits(leaf, input.key)
      await free(input.name)
      const record: CertificateRecord = {
        id: randomUUID(),
        name: input.name,
        issuedBy: 'other',
        certificate: [leaf, ...rest].map((each) => each.toString()).join(''),
        hasKey: input.key !== undefined,
        certificateFile: null,
        keyFile: null,
        createdAt: now(),
        createdBy: caller.username,
      }
      await keep(record, input.key ?? null, caller.username)
      audit({ resource: `certificate:${record.id}`, after: view(record) })
      return view(record)
    },
    verify: async (input, { caller }) => {
      requirePermission(caller, 'certificates.read')
      // Whoever may only read must not find out through us what answers in this network.
      if (input.address !== undefined) requirePermission(caller, 'certificates.manage')
      const domain = canonicalDomain(input.domain)
      const authority = new X509Certificate(await (await room.authority()).certificate())
      if (input.address !== undefined) {
        let chain: X509Certificate[]
        try {
          chain = await shownBy(input.address, domain, room.guard)
        } catch (error) {
          if (error instanceof Failure) throw error
          const message = error instanceof Error ? error.message : String(error)
          return { ok: false, checks: [{ name: 'handshake', ok: false, message }], certificate: null }
        }
        const [leaf] = chain
        const known = leaf
          ? (await store.all()).find((each) => fingerprintOf(readChain(each.certificate)[0]) === fingerprintOf(leaf))
          : undefined
        const checks: Check[] = [
          { name: 'handshake', ok: true, message: `${input.address} proved that it holds the key` },
          ...judge(chain, domain, authority, now()),
        ]
        return { ok: checks.every(({ ok }) => ok), checks, certificate: known ? view(known) : null }
      }
      const record = input.id === undefined ? await bestFor(domain) : await one(input.id)
      const chain = readChain(record.certificate)
      const checks = judge(chain, domain, authority, now())
      const key = await store.key(record.id)
      if (key !== null) checks.push(keyCheck(chain[0], key))
      return { ok: checks.every(({ ok }) => ok), checks, certificate: view(record) }
    },
    trust: async (input, { caller, audit }) => {
      requirePermission(caller, 'targets.manage')
      const before = await shownAuthority()
      const after = await trust(input.trust ?? true)
      audit({
        resource: `certificate-authority:${after.source}`,
        before: { trusted: before.trusted },
        after: { trusted: after.trusted },
      })
      return after
    },
    remove: async ({ id }, { caller, audit }) => {
      requirePermission(caller, 'certificates.manage')
      const record = await one(id)
      await store.remove(record.id)
      audit({ resource: `certificate:${record.id}`, before: view(record) })
      return { ok: true }
    },
  }
}

function keyCheck(leaf: X509Certificate, key: string): Check {
  try {
    requireKeyFits(leaf, key)
    return { name: 'key', ok: true, message: 'the key that is kept fits it' }
  } catch {
    return { name: 'key', ok: false, message: 'the key that is kept belongs to another certificate' }
  }
}
