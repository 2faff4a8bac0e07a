import { type Database, isUniqueViolation } from '@wheelhouse/platform/db'
import { openSecrets } from '@wheelhouse/platform/secrets'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openRegistryStore, type RegistryRecord } from '../store.ts'

/** What a registry and its password are kept as, on either kind of database. */
export function registryStoreSuite(open: () => Promise<{ database: Database; close(): Promise<void> }>): void {
  let opened: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    opened = await open()
  })
  afterAll(() => opened.close())
  const secrets = openSecrets({ key: Buffer.alloc(32, 7).toString('base64') })
  const record = (more: Partial<RegistryRecord> = {}): RegistryRecord => ({
    id: 'r1',
    name: 'house',
    address: 'registry.example.com',
    username: 'robot',
    hasPassword: true,
    insecure: false,
    state: 'ok',
    reason: null,
    checkedAt: 1_700_000_000_000,
    createdAt: 1_700_000_000_000,
    ...more,
  })

  test('keeps a registry whole and its password sealed', async () => {
    const store = openRegistryStore(opened.database, secrets)
    await store.insert(record(), 'a-password')
    expect(await store.all()).toEqual([record()])
    for (const reference of ['r1', 'house', 'registry.example.com'])
      expect(await store.find(reference)).toEqual(record())
    expect(await store.find('no\0thing')).toBeNull()
    expect(await store.password('r1')).toBe('a-password')
    const { rows } = await sql<Record<string, unknown>>`select * from registries`.execute(opened.database.db)
    expect(JSON.stringify(rows)).not.toContain('a-password')
  })

  test('names and addresses are taken once', async () => {
    const store = openRegistryStore(opened.database, secrets)
    for (const more of [{ name: 'other' }, { address: 'other.example.com' }])
      expect(
        isUniqueViolation(await store.insert(record({ id: 'r2', ...more }), null).catch((error: unknown) => error)),
      ).toBe(true)
  })

  test('a registry that is called as the address of another gets none of its passwords', async () => {
    const store = openRegistryStore(opened.database, secrets)
    const named = record({ id: 'r3', name: 'docker.io', address: 'elsewhere.example.com' })
    await store.insert(named, 'its-own')
    expect((await store.at('elsewhere.example.com'))?.id).toBe('r3')
    expect(await store.at('docker.io')).toBeNull()
  })

  test('changes leave the password unless it is given', async () => {
    const store = openRegistryStore(opened.database, secrets)
    await store.update(record({ name: 'renamed', insecure: true }), undefined)
    expect(await store.password('r1')).toBe('a-password')
    expect(await store.find('renamed')).toMatchObject({ insecure: true, hasPassword: true })
    await store.judge('r1', { state: 'refused', reason: 'why', checkedAt: 1_800_000_000_000 })
    expect(await store.find('r1')).toMatchObject({ state: 'refused', reason: 'why', checkedAt: 1_800_000_000_000 })
    await store.update(record({ username: null }), null)
    expect(await store.password('r1')).toBeNull()
    await store.remove('r1')
    expect(await store.find('r1')).toBeNull()
  })
}
