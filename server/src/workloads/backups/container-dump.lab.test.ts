import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { container, idle } from '../../../../test/docker/container.ts'
import { EngineBench } from '../../../../test/docker/engine-bench.ts'
import { suite, where } from '../../../../test/needs.ts'
import { BackupBench } from './testing/backup-bench.ts'
import { mariadb, postgres, type Server } from './testing/servers.ts'

const image = `lab/database-clients:${randomBytes(4).toString('hex')}`

/** An image of this machine's own clients and the libraries they need. */
async function makeImage(): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'wh-clients-'))
  const put = (from: string, to: string): void => {
    mkdirSync(join(root, dirname(to)), { recursive: true })
    copyFileSync(from, join(root, to))
  }
  const postgresFolder = '/usr/lib/postgresql'
  const version = existsSync(postgresFolder) ? readdirSync(postgresFolder).sort().at(-1) : undefined
  const programs = [
    '/usr/bin/mariadb',
    '/usr/bin/mariadb-dump',
    ...(version ? ['psql', 'pg_dump'].map((name) => join(postgresFolder, version, 'bin', name)) : []),
  ]
  for (const program of programs) {
    put(program, join('usr/bin', program.split('/').at(-1)!))
    for (const [, library] of execFileSync('ldd', [program], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g)) {
      if (library && !existsSync(join(root, library))) put(library, library)
    }
  }
  for (const applet of ['sh', 'env', 'cat', 'rm', 'sleep', 'ps']) put('/bin/busybox', `bin/${applet}`)
  mkdirSync(join(root, 'tmp'), { mode: 0o1777 })
  const tar = execFileSync('tar', ['-C', root, '-c', '.'], { maxBuffer: 1 << 28 })
  rmSync(root, { recursive: true })
  await engine('POST', `/images/create?fromSrc=-&repo=${image.replace(':', '&tag=')}`, tar)
}

function engine(method: string, path: string, body?: Buffer): Promise<void> {
  return new Promise((done, fail) => {
    const headers = body ? { 'content-type': 'application/x-tar' } : {}
    const sent = request({ socketPath: where('docker').replace('unix://', ''), method, path, headers }, (answer) => {
      answer.resume().on('end', () => (answer.statusCode! < 400 ? done() : fail(new Error(`${answer.statusCode}`))))
    })
    sent.on('error', fail).end(body)
  })
}

suite('dump inside a container', ['docker', 'mariadb', 'postgres'], () => {
  let bench: BackupBench
  let docker: EngineBench
  let nativeId: string
  beforeAll(async () => {
    await makeImage()
    docker = new EngineBench()
    const spec = { image, networkMode: 'host', command: ['sh', '-c', idle] }
    nativeId = await docker.create(container(docker.name('clients'), idle, spec))
  }, 120_000)
  afterAll(async () => {
    await docker.close()
    await engine('DELETE', `/images/${image}?force=true`)
  })
  beforeEach(async () => {
    bench = await new BackupBench().open()
    bench.connection = docker.connection
  })
  afterEach(() => bench.destroy())

  const inside = async (script: string): Promise<string> => {
    const session = await docker.connection.exec(nativeId, { argv: ['sh', '-c', script], tty: false })
    let said = ''
    for await (const { data } of session.output) said += Buffer.from(data).toString()
    return said
  }

  test.each([
    ['mariadb', mariadb],
    ['postgres', postgres],
  ] as const)(
    '%s comes back through the programs of the container; its password stays out of sight',
    async (_, open) => {
      const server: Server = open()
      const name = `wh_${randomBytes(4).toString('hex')}`
      const password = server.spec(name).password
      server.ask(`create database ${name}`)
      try {
        server.ask(server.sample, name)
        const look = (): string => server.look.map((sql) => server.ask(`${sql};`, name)).join('\n')
        const before = look()
        const spec = { ...server.spec(name), service: { targetId: 'docker', nativeId } }
        const seen: string[] = []
        const stop = new AbortController()
        const watch = (async () => {
          while (!stop.signal.aborted)
            seen.push(await inside('cat /proc/[0-9]*/cmdline; ls -l /tmp/.wheelhouse* 2>/dev/null'))
        })()
        const { id } = await bench.backups.create(bench.plan({ databases: [spec] }), bench.run())
        stop.abort()
        await watch
        expect(seen.join('\n')).toContain('.wheelhouse-')
        expect(seen.join('\n')).not.toContain(password)
        for (const line of seen.join('\n').split('\n')) if (line.startsWith('-')) expect(line).toMatch(/^-rw------- /)

        server.ask(`drop table items${server.engine === 'postgres' ? ' cascade' : ''}`, name)
        await bench.backups.restore(id, { by: 'mara' }, bench.run())
        expect(look()).toBe(before)
        expect(await inside('ls -A /tmp; ps | grep -c -E "[d]ump" || true')).toBe('0\n')
      } finally {
        server.ask(`drop database if exists ${name}`)
      }
    },
  )

  test('says so where the container lacks the programs', async () => {
    const bare = await docker.create(container(docker.name('bare'), idle))
    const spec = { ...mariadb().spec('any'), service: { targetId: 'docker', nativeId: bare } }
    await expect(bench.backups.create(bench.plan({ databases: [spec] }), bench.run())).rejects.toMatchObject({
      code: 'CAPABILITY_MISSING',
    })
  })
})
