import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { canMount, mountTmpfs } from '../../../../test/faults/small-disk.ts'
import type { BackupPlan } from './backup-plan.ts'
import { BackupBench } from './testing/backup-bench.ts'

const secret = 'S3cr3t-of-the-shop'

describe('backups', () => {
  let bench: BackupBench
  beforeEach(async () => {
    bench = await new BackupBench().open()
  })
  afterEach(() => bench.destroy())

  function shop(more: Partial<BackupPlan> = {}): BackupPlan {
    const env = bench.file('shop/api/.env', `DB_PASSWORD=${secret}\n`, 0o640)
    const config = bench.file('shop/deployment.config.env', `KEY=${secret}\n`, 0o600)
    const uploads = join(bench.folder, 'shop/uploads')
    bench.file('shop/uploads/deep/a.txt', 'hello\n', 0o604)
    mkdirSync(join(uploads, 'empty'), { recursive: true })
    chmodSync(join(uploads, 'empty'), 0o1777)
    if (!existsSync(join(uploads, 'link'))) symlinkSync('deep/a.txt', join(uploads, 'link'))
    return bench.plan({
      configs: [{ path: config, name: 'deployment.config.env' }],
      apps: [{ app: 'api', path: env, name: '.env' }],
      files: [{ path: uploads, name: 'uploads' }],
      ...more,
    })
  }
  const folderOf = (id: string): string => join(bench.folder, 'backups', id)
  const everyFile = (folder: string): string[] =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))

  it('is a folder of its time that others can read with sha256sum, and no one else at all', async () => {
    const backup = await bench.backups.create(shop(), bench.run())
    expect(backup).toMatchObject({
      state: 'complete',
      encrypted: true,
      version: '12',
      includes: { configs: true, database: false, files: true },
    })
    expect(backup.id).toMatch(/^\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d$/)
    const folder = folderOf(backup.id)
    const names = everyFile(folder).map((path) => path.slice(folder.length + 1))
    expect(names.sort()).toEqual([
      'apps/api/.env.sealed',
      'checksums.sha256',
      'configs/deployment.config.env.sealed',
      'files/uploads.tar.gz',
      'metadata.json',
    ])
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    for (const file of everyFile(folder)) {
      expect(statSync(file).mode & 0o777).toBe(0o600)
      expect(readFileSync(file).includes(secret), file).toBe(false)
    }
    execFileSync('sha256sum', ['--check', '--strict', 'checksums.sha256'], { cwd: folder })
    const metadata = JSON.parse(readFileSync(join(folder, 'metadata.json'), 'utf8')) as Record<string, unknown>
    expect(metadata).toMatchObject({
      backupId: backup.id,
      description: 'before a change',
      environment: 'production',
      creator: 'mara',
      sizeBytes: backup.sizeBytes,
    })
    expect(bench.events).toMatchObject([{ type: 'backup.created', stack: 'shop' }])
    expect(JSON.stringify([bench.events, bench.said])).not.toContain(secret)
  })

  it('keeps its plan sealed in the database', async () => {
    const database = { name: 'x', engine: 'mysql', host: 'h', port: 1, username: 'u', service: null } as const
    const plan = shop({ databases: [{ ...database, password: secret }] })
    await expect(bench.backups.create(plan, bench.run())).rejects.toThrow()
    await bench.database.close()
    for (const file of everyFile(bench.folder).filter((path) => path.includes('test.db'))) {
      expect(readFileSync(file).includes(secret), file).toBe(false)
    }
  })

  it('counts up where two fall into one second', async () => {
    const plan = shop()
    const all = await Promise.all([1, 2, 3].map(() => bench.backups.create(plan, bench.run())))
    expect(new Set(all.map((backup) => backup.id)).size).toBe(3)
  })

  it('brings all back as it was: content, modes, links, empty folders; and takes away what was added', async () => {
    const { id } = await bench.backups.create(shop(), bench.run())
    const uploads = join(bench.folder, 'shop/uploads')
    rmSync(uploads, { recursive: true })
    bench.file('shop/uploads/added', 'new')
    bench.file('shop/api/.env', 'DB_PASSWORD=wrong')
    rmSync(join(bench.folder, 'shop/deployment.config.env'))
    await bench.backups.restore(id, { by: 'mara' }, bench.run())
    expect(readFileSync(join(bench.folder, 'shop/api/.env'), 'utf8')).toBe(`DB_PASSWORD=${secret}\n`)
    expect(statSync(join(bench.folder, 'shop/api/.env')).mode & 0o777).toBe(0o640)
    expect(readFileSync(join(bench.folder, 'shop/deployment.config.env'), 'utf8')).toBe(`KEY=${secret}\n`)
    expect(readdirSync(uploads).sort()).toEqual(['deep', 'empty', 'link'])
    expect(readlinkSync(join(uploads, 'link'))).toBe('deep/a.txt')
    expect(lstatSync(join(uploads, 'empty')).mode & 0o7777).toBe(0o1777)
    expect(lstatSync(join(uploads, 'deep/a.txt')).mode & 0o777).toBe(0o604)
    expect(readdirSync(join(bench.folder, 'shop')).sort()).toEqual(['api', 'deployment.config.env', 'uploads'])
    expect(readdirSync(join(bench.folder, 'restores'))).toEqual([])
    expect(bench.events.at(-1)).toMatchObject({ type: 'backup.restored', actor: 'mara' })
  })

  it('replaces what a link leads to, and leaves the link', async () => {
    const shared = bench.file('shared/.env', 'older')
    mkdirSync(join(bench.folder, 'shop'))
    const link = join(bench.folder, 'shop/.env')
    symlinkSync(shared, link)
    const { id } = await bench.backups.create(
      bench.plan({ apps: [{ app: 'api', path: link, name: '.env' }] }),
      bench.run(),
    )
    bench.file('shared/.env', 'newer')
    await bench.backups.restore(id, { by: 'mara' }, bench.run())
    expect(readlinkSync(link)).toBe(shared)
    expect(readFileSync(shared, 'utf8')).toBe('older')
  })

  it('leaves the files alone when told', async () => {
    const { id } = await bench.backups.create(shop(), bench.run())
    bench.file('shop/uploads/added', 'new')
    bench.file('shop/api/.env', 'changed')
    await bench.backups.restore(id, { skipFiles: true, by: 'mara' }, bench.run())
    expect(existsSync(join(bench.folder, 'shop/uploads/added'))).toBe(true)
    expect(readFileSync(join(bench.folder, 'shop/api/.env'), 'utf8')).toContain(secret)
  })

  it.each(['before a step', 'by the target of a rename'])('puts all back when a restore fails %s', async (how) => {
    const { id } = await bench.backups.create(shop(), bench.run())
    bench.file('shop/api/.env', 'newer')
    bench.file('shop/deployment.config.env', 'newest')
    bench.file('shop/uploads/added', 'new')
    const stop = new AbortController()
    const run = bench.run(stop.signal)
    const moved = join(bench.folder, 'shop/gone')
    const failing = {
      ...run,
      progress(text: string, fraction?: number) {
        run.progress(text, fraction)
        if (!text.startsWith('Replacing') || !text.includes('uploads')) return
        if (how === 'before a step') stop.abort(new Error('stopped here'))
        // What was unpacked is gone when it is to be moved into place.
        for (const name of readdirSync(join(bench.folder, 'shop')))
          if (name.startsWith('.restore-')) renameSync(join(bench.folder, 'shop', name), moved)
      },
    }
    await expect(bench.backups.restore(id, { by: 'mara' }, failing)).rejects.toThrow(/stopped here|ENOENT|as it was/)
    rmSync(moved, { recursive: true, force: true })
    expect(readFileSync(join(bench.folder, 'shop/api/.env'), 'utf8')).toBe('newer')
    expect(readFileSync(join(bench.folder, 'shop/deployment.config.env'), 'utf8')).toBe('newest')
    expect(readFileSync(join(bench.folder, 'shop/uploads/added'), 'utf8')).toBe('new')
    expect(readdirSync(join(bench.folder, 'shop')).sort()).toEqual(['api', 'deployment.config.env', 'uploads'])
    expect(bench.events.at(-1)).toMatchObject({ type: 'backup.failed', data: { restore: true, left: [] } })
    await bench.backups.restore(id, { by: 'mara' }, bench.run())
    expect(readFileSync(join(bench.folder, 'shop/api/.env'), 'utf8')).toContain(secret)
  })

  it('names every damage, and restores nothing then', async () => {
    const { id } = await bench.backups.create(shop(), bench.run())
    expect(await bench.backups.verify(id)).toEqual({ ok: true, checked: 4, problems: [] })
    const tar = join(folderOf(id), 'files/uploads.tar.gz')
    const bytes = readFileSync(tar)
    bytes[bytes.length >> 1]! ^= 1
    writeFileSync(tar, bytes)
    rmSync(join(folderOf(id), 'apps/api/.env.sealed'))
    bench.file('shop/api/.env', 'untouched')
    await expect(bench.backups.restore(id, { by: 'mara' }, bench.run())).rejects.toMatchObject({
      code: 'BACKUP_DAMAGED',
      details: {
        problems: ['apps/api/.env.sealed: it is missing', 'files/uploads.tar.gz: its checksum differs'],
      },
    })
    expect(readFileSync(join(bench.folder, 'shop/api/.env'), 'utf8')).toBe('untouched')
    await expect(bench.backups.drill(id, 'mara', bench.run())).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' })
  })

  it('notices one whose checksums were made to fit the damage', async () => {
    const { id } = await bench.backups.create(shop({ encrypt: 'never' }), bench.run())
    const env = join(folderOf(id), 'apps/api/.env')
    writeFileSync(env, 'DB_PASSWORD=planted\n')
    const sums = execFileSync(
      'sha256sum',
      ['configs/deployment.config.env', 'apps/api/.env', 'files/uploads.tar.gz', 'metadata.json'],
      { cwd: folderOf(id) },
    )
    writeFileSync(join(folderOf(id), 'checksums.sha256'), sums)
    expect(await bench.backups.verify(id)).toMatchObject({
      ok: false,
      problems: ['apps/api/.env: its checksum differs'],
    })
  })

  it('fails loudly where something named is not there, and leaves nothing', async () => {
    const plan = shop({ files: [{ path: join(bench.folder, 'nowhere'), name: 'nowhere' }] })
    await expect(bench.backups.create(plan, bench.run())).rejects.toThrow('nowhere is not there')
    expect(readdirSync(join(bench.folder, 'backups'))).toEqual([])
    expect(bench.events).toMatchObject([{ type: 'backup.failed', severity: 'error' }])
    const pipe = join(bench.folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    const piped = bench.plan({ configs: [{ path: pipe, name: 'pipe' }] })
    await expect(bench.backups.create(piped, bench.run())).rejects.toThrow('is no file')
  })

  it.skipIf(!canMount)('leaves nothing half when the disk is full', async () => {
    const disk = await mountTmpfs(bench.folder, '2m')
    try {
      const noise = Array.from({ length: 80 }, () => crypto.getRandomValues(Buffer.alloc(65_536)))
      bench.file('shop/uploads/big', Buffer.concat(noise))
      const plan = shop({ place: { kind: 'folder', path: disk.path } })
      await expect(bench.backups.create(plan, bench.run())).rejects.toMatchObject({ code: 'STORAGE_FULL' })
      expect(readdirSync(disk.path)).toEqual([])
    } finally {
      await disk.unmount()
    }
  })

  it('takes in whole backups that it does not know, and clears halves', async () => {
    const { id } = await bench.backups.create(shop(), bench.run())
    const other = new BackupBench()
    try {
      mkdirSync(join(other.folder, 'backups'))
      cpSync(folderOf(id), join(other.folder, 'backups', id), { recursive: true })
      cpSync(folderOf(id), join(other.folder, 'backups', '2020-01-01_00-00-00.part'), { recursive: true })
      cpSync(join(bench.folder, 'key'), join(other.folder, 'key'))
      mkdirSync(join(other.folder, 'backups/notes'))
      await other.open()
      await (
        await other.backups.start()
      ).settled
      expect(readdirSync(join(other.folder, 'backups')).sort()).toEqual([id, 'notes'])
      expect(await other.backups.verify(id)).toMatchObject({ ok: true })
      bench.file('shop/api/.env', 'newer')
      await other.backups.restore(id, { by: 'mara' }, other.run())
      expect(readFileSync(join(bench.folder, 'shop/api/.env'), 'utf8')).toContain(secret)
    } finally {
      await other.destroy()
    }
  })

  it('tells of one that was missed', () => {
    bench.backups.missed({
      stack: 'shop',
      environment: 'production',
      dueAt: '2026-11-21T03:00:00Z',
      why: 'the host slept',
    })
    expect(bench.events).toMatchObject([{ type: 'backup.missed', severity: 'error' }])
  })
})
