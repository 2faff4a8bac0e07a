import type { Certificate } from '@wheelhouse/contract'
import type { Database } from '@wheelhouse/platform/db'
import type { SealedColumn, Secrets } from '@wheelhouse/platform/secrets'

interface CertificatesTable {
  id: string
  name: string
  issuedBy: string
  certificate: string
  sealedKey: string | null
  certificateFile: string | null
  keyFile: string | null
  createdAt: number
  createdBy: string
  toldAt: number | null
  toldLevel: string | null
}
interface AuthoritiesTable {
  id: string
  certificate: string
  sealedKey: string
  createdAt: number
}
type Tables = { certificates: CertificatesTable; certificateAuthorities: AuthoritiesTable }

/** A certificate as it is kept. `certificate` is PEM with its chain; times are epoch ms. */
export interface CertificateRecord {
  readonly id: string
  readonly name: string
  readonly issuedBy: Certificate['issuedBy']
  readonly certificate: string
  readonly hasKey: boolean
  readonly certificateFile: string | null
  readonly keyFile: string | null
  readonly createdAt: number
  readonly createdBy: string
}
/** How near the end is that people were told of. */
export type ExpiryLevel = 'month' | 'week' | 'expired'
export interface AuthorityPair {
  /** PEM. */
  readonly certificate: string
  readonly key: string
}

const own = 'own'
const keyOf = (id: string): string => `certificate:${id}:key`
const authorityKey = `certificate-authority:${own}:key`

export const sealedColumns: readonly SealedColumn[] = [
  { table: 'certificates', column: 'sealedKey', key: ['id'], context: ({ id }) => keyOf(String(id)) },
  { table: 'certificateAuthorities', column: 'sealedKey', key: ['id'], context: () => authorityKey },
]

const read = (row: CertificatesTable): CertificateRecord => ({
  id: row.id,
  name: row.name,
  issuedBy: row.issuedBy as CertificateRecord['issuedBy'],
  certificate: row.certificate,
  hasKey: row.sealedKey !== null,
  certificateFile: row.certificateFile,
  keyFile: row.keyFile,
  createdAt: row.createdAt,
  createdBy: row.createdBy,
})

export function createCertificateStore(database: Database, secrets: Secrets) {
  const db = database.db.withTables<Tables>()
  return {
    async all(): Promise<CertificateRecord[]> {
      return (await db.selectFrom('certificates').selectAll().orderBy('name').execute()).map(read)
    },
    /** By id, else by name. */
    async find(reference: string): Promise<CertificateRecord | null> {
      // PostgreSQL refuses NUL outright; nothing is named with it.
      if (reference.includes('\0')) return null
      const rows = await db
        .selectFrom('certificates')
        .selectAll()
        .where((eb) => eb.or([eb('id', '=', reference), eb('name', '=', reference)]))
        .execute()
      const row = rows.find(({ id }) => id === reference) ?? rows[0]
      return row ? read(row) : null
    },
    async key(id: string): Promise<string | null> {
      const row = await db.selectFrom('certificates').select('sealedKey').where('id', '=', id).executeTakeFirst()
      return row?.sealedKey == null ? null : secrets.open(row.sealedKey, keyOf(id)).reveal()
    },
    /** Fails with a unique violation where the name is taken. */
    async insert({ hasKey: _, ...record }: CertificateRecord, key: string | null): Promise<void> {
      const sealedKey = key === null ? null : secrets.seal(key, keyOf(record.id))
      await db
        .insertInto('certificates')
        .values({ ...record, sealedKey, toldAt: null, toldLevel: null })
        .execute()
    },
    async remove(id: string): Promise<void> {
      await db.deleteFrom('certificates').where('id', '=', id).execute()
    },
    /** True for the one caller that may tell of it: once a day and level, also where several control planes look. */
    async claimTelling(id: string, level: ExpiryLevel, now: number, dayStart: number): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('certificates')
        .set({ toldAt: now, toldLevel: level })
        .where('id', '=', id)
        .where((eb) => eb.or([eb('toldAt', 'is', null), eb('toldAt', '<', dayStart), eb('toldLevel', '!=', level)]))
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },
    async authority(): Promise<AuthorityPair | null> {
      const row = await db.selectFrom('certificateAuthorities').selectAll().where('id', '=', own).executeTakeFirst()
      return row ? { certificate: row.certificate, key: secrets.open(row.sealedKey, authorityKey).reveal() } : null
    },
    /** The first to keep one wins. */
    async keepAuthority(pair: AuthorityPair, now: number): Promise<void> {
      const sealedKey = secrets.seal(pair.key, authorityKey)
      await db
        .insertInto('certificateAuthorities')
        .values({ id: own, certificate: pair.certificate, sealedKey, createdAt: now })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute()
    },
  }
}
export type CertificateStore = ReturnType<typeof createCertificateStore>
