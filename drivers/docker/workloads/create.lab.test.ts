import { readFileSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { ownLabels } from '@wheelhouse/driver'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { suite, where } from '../../../test/needs.ts'
import { EngineClient, parseAddress } from '@wheelhouse/engine'
import { EngineBench, never, openEngine } from '../../../test/docker/engine-bench.ts'
import { container, idle } from '../../../test/docker/container.ts'

suite('docker create', ['docker', 'registry'], () => {
  let bench: EngineBench
  beforeAll(() => {
    bench = new EngineBench()
  })
  afterAll(() => bench.close())
  const quiet = (): void => undefined
  const engine = new EngineClient(parseAddress({ address: where('docker'), tls: null }))
  afterAll(() => engine.drop())
  const pullable = (): string => `${where('registry')}/lab/pullable:1`

  test('a pull tells its progress and can be cancelled', async () => {
    const path = `/images/${encodeURIComponent(pullable())}`
    await engine.act({ method: 'DELETE', path, query: { force: true } }).catch(quiet)
    const abort = new AbortController()
    const spec = container(bench.name('cancelled'), idle, { image: pullable(), pull: 'always' })
    const cancelled = bench.connection.create(spec, () => abort.abort(new Error('changed my mind')), abort.signal)
    await expect(cancelled).rejects.toThrow('changed my mind')
    await expect(engine.json({ path: `${path}/json` })).rejects.toMatchObject({ code: 'NOT_FOUND' })

    const steps: { message: string; fraction: number | undefined }[] = []
    const id = await bench.connection.create(
      container(bench.name('pulled'), idle, { image: pullable(), pull: 'always' }),
      (message, fraction) => steps.push({ message, fraction }),
      never,
    )
    await bench.connection.remove(id, { force: true, volumes: true })
    await engine.act({ method: 'DELETE', path, query: { force: true } })
    const fractions = steps.flatMap(({ fraction }) => (fraction === undefined ? [] : [fraction]))
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b))
    expect(fractions.at(-1)).toBe(1)
    expect(steps.some(({ message }) => message.includes('layer'))).toBe(true)
  })

  test('an image that cannot be had says so in the words of the engine', async () => {
    const image = `${where('registry')}/lab/no-such:1`
    const failure = (pull: 'never' | 'missing'): Promise<unknown> =>
      bench.connection
        .create(container(bench.name('none'), idle, { image, pull }), quiet, never)
        .catch((error: unknown) => error)
    expect(await failure('never')).toMatchObject({
      code: 'TARGET_REFUSED',
      message: expect.stringContaining('pull policy is never'),
    })
    expect(await failure('missing')).toMatchObject({ code: 'TARGET_REFUSED', message: expect.stringContaining(image) })
  })

  test('everything in a spec reaches the engine', async () => {
    const network = bench.name('net')
    const second = bench.name('net')
    const volume = bench.name('vol')
    const resource = { stack: 'shop', driver: null, options: {}, labels: { a: 'b' } }
    const net = { ...resource, kind: 'network', internal: true, attachable: true, ipv6: false, subnets: [] } as const
    expect(await bench.connection.ensureResource({ ...net, name: network })).toBe('created')
    expect(await bench.connection.ensureResource({ ...net, name: network })).toBe('kept')
    await bench.connection.ensureResource({ ...net, name: second })
    expect(await bench.connection.ensureResource({ ...resource, kind: 'volume', name: volume })).toBe('created')
    expect(await bench.connection.ensureResource({ ...resource, kind: 'volume', name: volume })).toBe('kept')
    const name = bench.name('all')
    const id = await bench.create(
      container(name, idle, {
        networkMode: null,
        networks: [
          { name: network, aliases: ['web'], ipv4: null },
          { name: second, aliases: ['other'], ipv4: null },
        ],
        ports: [{ host: '127.0.0.1', hostPort: null, port: 80, protocol: 'tcp' }],
        mounts: [
          { type: 'volume', source: volume, destination: '/data', readOnly: true, options: {} },
          { type: 'bind', source: '/tmp', destination: '/host', readOnly: true, options: {} },
        ],
        environment: { A: 'a=b\nc' },
        restart: { policy: 'on-failure', maxRetries: 3 },
        healthCheck: { test: ['CMD', 'true'], intervalMs: 1500, timeoutMs: 500, startPeriodMs: 100, retries: 4 },
        stop: { signal: 'SIGINT', timeoutMs: 2500 },
        user: '65534',
        workingDirectory: '/tmp',
        hostname: 'box',
        init: false,
        readOnly: true,
        capAdd: ['NET_ADMIN'],
        capDrop: ['CHOWN'],
        extraHosts: ['db:10.0.0.1'],
        dns: ['10.0.0.2'],
        tmpfs: ['/run:size=1m'],
        sysctls: { 'net.ipv4.ip_unprivileged_port_start': '0' },
        ulimits: [{ name: 'nofile', soft: 64, hard: 128 }],
        shmBytes: 8 << 20,
        memoryBytes: 32 << 20,
        cpus: 0.5,
        pidsLimit: 50,
        checks: [
          {
            kind: 'tcp',
            name: 'p',
            host: 'x',
            port: 1,
            intervalMs: 1000,
            timeoutMs: 100,
            retries: 1,
            startPeriodMs: 0,
          },
        ],
      }),
    )
    const { native, environment } = await bench.connection.inspect(id)
    expect(environment).toMatchObject({ A: 'a=b\nc' })
    expect(JSON.stringify(native)).not.toContain('a=b')
    expect(native).toMatchObject({
      Config: {
        Hostname: 'box',
        User: '65534',
        WorkingDir: '/tmp',
        StopSignal: 'SIGINT',
        StopTimeout: 3,
        Labels: { [ownLabels.stack]: 'test', [ownLabels.service]: name, [ownLabels.digest]: 'd0' },
        Healthcheck: { Interval: 1.5e9, Timeout: 5e8, StartPeriod: 1e8, Retries: 4 },
      },
      HostConfig: {
        RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 },
        NanoCpus: 5e8,
        Memory: 32 << 20,
        PidsLimit: 50,
        ShmSize: 8 << 20,
        ReadonlyRootfs: true,
        CapDrop: expect.arrayContaining([expect.stringContaining('CHOWN')]),
        Ulimits: [{ Name: 'nofile', Soft: 64, Hard: 128 }],
        Tmpfs: { '/run': 'size=1m' },
      },
      NetworkSettings: { Networks: { [network]: {}, [second]: {} } },
    })
    const found = await bench.connection.resources()
    expect(found).toContainEqual({ kind: 'network', name: network, stack: 'shop', labels: expect.any(Object) })
    expect(found).toContainEqual({ kind: 'volume', name: volume, stack: 'shop', labels: expect.any(Object) })

    for (const [kind, used] of [
      ['network', network],
      ['volume', volume],
    ] as const) {
      const failure = await bench.connection.removeResource(kind, used).catch((error: unknown) => error)
      expect(failure).toMatchObject({ code: 'STATE_CONFLICT', message: expect.stringContaining(name) })
    }
    await bench.connection.remove(id, { force: true, volumes: true })
    for (const left of [network, second]) await bench.connection.removeResource('network', left)
    await bench.connection.removeResource('volume', volume)
    await expect(bench.connection.removeResource('volume', volume)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('what the kernel forbids is told in the words of the engine', async () => {
    const spec = container(bench.name('taken'), idle, {
      mounts: [{ type: 'bind', source: '/no/such/folder', destination: '/x', readOnly: false, options: {} }],
    })
    const failure = await bench.connection.create(spec, quiet, never).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'TARGET_REFUSED', message: expect.stringContaining('/no/such/folder') })
    const made = { BindOptions: { CreateMountpoint: true } }
    const source = `/tmp/${bench.name('made')}`
    await bench.create(
      container(bench.name('bind'), idle, {
        mounts: [{ type: 'bind', source, destination: '/x', readOnly: true, options: made }],
      }),
    )
    rmdirSync(source)
  })
})

suite('docker over TLS', ['docker', 'dockerTls'], () => {
  const certificate = (name: string): string =>
    readFileSync(join(process.env.WHEELHOUSE_TEST_DOCKER_CERTS ?? '', name), 'utf8')

  test('acts, streams and a two-way connection work, and a stranger is refused', async () => {
    const tls = { ca: certificate('ca.pem'), cert: certificate('cert.pem'), key: certificate('key.pem') }
    const bench = new EngineBench(where('dockerTls'), tls)
    await bench.watch()
    const id = await bench.create(container(bench.name('tls'), idle))
    await bench.recorder.state(id, 'running')
    const session = await bench.connection.exec(id, { argv: ['wc', '-c'], tty: false })
    session.write(Buffer.from('four'))
    session.closeInput()
    let counted = ''
    for await (const { data } of session.output) counted += Buffer.from(data).toString()
    expect(counted.trim()).toBe('4')
    await bench.close()

    const reason = async (material: Parameters<typeof openEngine>[1]): Promise<unknown> => {
      const connection = openEngine(where('dockerTls'), material)
      const error = await connection.info().catch((error: unknown) => error)
      await connection.close()
      return error
    }
    const code = 'TARGET_UNREACHABLE'
    expect(await reason({ ca: tls.ca })).toMatchObject({ code, message: expect.stringContaining('client certificate') })
    expect(await reason({ cert: tls.cert, key: tls.key })).toMatchObject({
      code,
      message: expect.stringContaining('Replace the CA'),
    })
    expect(await reason(null)).toMatchObject({ code, message: expect.stringContaining('wants TLS') })
  })
})
