import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, request, type Server } from 'node:http'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { suite, where } from '../../../../test/needs.ts'
import type { PlaceSpec } from './backup-plan.ts'
import { openPlace } from './place/index.ts'
import { BackupBench } from './testing/backup-bench.ts'

suite('backups in an S3-compatible storage', ['s3'], () => {
  let bench: BackupBench
  const proxies: Server[] = []
  beforeEach(async () => {
    bench = await new BackupBench().open()
  })
  afterEach(() => bench.destroy())
  afterAll(() => proxies.forEach((proxy) => proxy.close()))

  function s3(more: Partial<Extract<PlaceSpec, { kind: 's3' }>> = {}): Extract<PlaceSpec, { kind: 's3' }> {
    const { origin, username, password } = new URL(where('s3'))
    return {
      kind: 's3',
      bucket: 'lab',
      prefix: `test-${randomBytes(4).toString('hex')}/deep`,
      region: 'us-east-1',
      endpoint: origin,
      accessKey: username,
      secretKey: decodeURIComponent(password),
      ...more,
    }
  }
  /** 20 MB that do not compress: two pieces. */
  function large(): { path: string; sum: string } {
    const bytes = randomBytes(20_000_000)
    return { path: bench.file('shop/uploads/large', bytes), sum: createHash('md5').update(bytes).digest('hex') }
  }

  /** Between us and the storage: changes what goes up, or refuses. */
  async function between(spoil: (path: string, chunk: Buffer) => Buffer | number): Promise<string> {
    const target = new URL(where('s3'))
    const proxy = createServer((incoming, answer) => {
      const options = { host: target.hostname, port: target.port, method: incoming.method, path: incoming.url }
      const sent = request({ ...options, headers: incoming.headers }, (said) => {
        answer.writeHead(said.statusCode ?? 500, said.headers)
        said.pipe(answer)
      })
      sent.on('error', () => answer.destroy())
      incoming.on('data', (chunk: Buffer) => {
        const changed = spoil(incoming.url ?? '', chunk)
        if (typeof changed !== 'number') sent.write(changed)
        else {
          answer.writeHead(changed).end()
          sent.destroy()
        }
      })
      incoming.on('end', () => sent.end())
    })
    proxies.push(proxy)
    await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening))
    return `http://127.0.0.1:${(proxy.address() as { port: number }).port}`
  }

  const plan = (place: PlaceSpec, encrypt: 'auto' | 'always' = 'auto') =>
    bench.plan({ place, encrypt, files: [{ path: join(bench.folder, 'shop/uploads'), name: 'uploads' }] })

  test.each(['auto', 'always'] as const)(
    'a large one goes up in pieces and comes back, encrypted: %s',
    async (encrypt) => {
      const { path, sum } = large()
      const backup = await bench.backups.create(plan(s3(), encrypt), bench.run())
      expect(backup.place).toMatch(/^s3:\/\/lab\/test-\w+\/deep$/)
      expect(await bench.backups.verify(backup.id)).toEqual({ ok: true, checked: 2, problems: [] })
      bench.file('shop/uploads/large', 'lost')
      await bench.backups.restore(backup.id, { by: 'mara' }, bench.run())
      expect(createHash('md5').update(readFileSync(path)).digest('hex')).toBe(sum)
      expect(JSON.stringify([bench.said, bench.events, backup])).not.toContain(s3().secretKey)
    },
  )

  test('the same bytes changed on their way fail the backup loudly, and nothing is left', async () => {
    large()
    const real = s3()
    const endpoint = await between((path, chunk) => {
      if (!path.includes('uploads')) return chunk
      const changed = Buffer.from(chunk)
      changed[changed.length - 1]! ^= 1
      return changed
    })
    const creating = bench.backups.create(plan({ ...real, endpoint }), bench.run())
    await expect(creating).rejects.toMatchObject({ code: expect.stringMatching(/TARGET/) })
    expect(bench.events).toMatchObject([{ type: 'backup.failed' }])
    const id = (bench.events[0]!.data as { backupId: string }).backupId
    const place = await openPlace(real)
    await expect(place.read(id, 'checksums.sha256')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(place.read(id, 'files/uploads.tar.gz')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    place.close()
  })

  test('one refusal in between is tried again', async () => {
    large()
    const once = { refused: false }
    const endpoint = await between((path, chunk) => {
      if (once.refused || !path.includes('partNumber=2')) return chunk
      once.refused = true
      return 503
    })
    const backup = await bench.backups.create(plan(s3({ endpoint })), bench.run())
    expect(once.refused).toBe(true)
    expect(await bench.backups.verify(backup.id)).toMatchObject({ ok: true })
  })

  test('says why it does not work', async () => {
    bench.file('shop/uploads/a', 'a')
    const wrong = plan(s3({ secretKey: 'wrong' }))
    await expect(bench.backups.create(wrong, bench.run())).rejects.toThrow(/SignatureDoesNotMatch.*Check bucket/)
    const missing = plan(s3({ bucket: 'missing' }))
    await expect(bench.backups.create(missing, bench.run())).rejects.toThrow(/NoSuchBucket/)
    const deaf = plan(s3({ endpoint: 'http://127.0.0.1:9' }))
    await expect(bench.backups.create(deaf, bench.run())).rejects.toMatchObject({ code: 'TARGET_UNREACHABLE' })
  })

  test('a cancelled one leaves nothing there', async () => {
    large()
    const place = s3()
    const stop = new AbortController()
    const run = { ...bench.run(stop.signal), progress: () => setTimeout(() => stop.abort(new Error('enough')), 100) }
    await expect(bench.backups.create(plan(place), run)).rejects.toThrow('enough')
    const id = (bench.events[0]!.data as { backupId: string }).backupId
    const opened = await openPlace(place)
    await expect(opened.read(id, 'files/uploads.tar.gz')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    opened.close()
  })
})
