import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { get } from 'node:https'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { Readable } from 'node:stream'
import { request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { createConnection } from 'mysql2/promise'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { suite, where } from '../needs.ts'

// What every other suite takes for granted.

suite('lab databases', ['postgres', 'mariadb', 'redis'], () => {
  test('PostgreSQL answers a query in a database of its own', async () => {
    const client = new Client({ connectionString: where('postgres') })
    await client.connect()
    const { rows } = await client.query('select current_database() as name')
    await client.end()
    expect(rows).toEqual([{ name: 'wheelhouse' }])
  })

  test('MariaDB answers a query of its root', async () => {
    const client = await createConnection(where('mariadb'))
    const [rows] = await client.query("select version() like '%MariaDB%' as it, current_user() as who")
    await client.end()
    expect(rows).toEqual([{ it: 1, who: 'root@localhost' }])
  })

  test('Redis answers', async () => {
    const redis = new Redis(where('redis'))
    expect(await redis.ping()).toBe('PONG')
    redis.disconnect()
  })
})

suite('lab service manager', ['docker', 'systemd', 'mkcert'], () => {
  test('systemd is PID 1 in its container', async () => {
    const args = ['-H', where('docker'), 'exec', where('systemd'), 'systemctl', 'show', '--property=Version', '--value']
    expect((await promisify(execFile)('docker', args)).stdout).toMatch(/^2\d\d/)
  })

  test('mkcert answers', async () => {
    expect((await promisify(execFile)(where('mkcert'), ['-version'])).stdout).toMatch(/\d/)
  })
})

suite('lab storage', ['s3'], () => {
  test('takes only what is signed', async () => {
    const { origin } = new URL(where('s3'))
    expect((await fetch(`${origin}/lab/object`, { method: 'PUT', body: 'x' })).status).toBe(403)
  })
})

suite('lab engine', ['docker', 'dockerTls', 'registry'], () => {
  const socketPath = () => where('docker').replace('unix://', '')

  test('answers over TLS to those who have a certificate, and to nobody else', async () => {
    const certificates = process.env.WHEELHOUSE_TEST_DOCKER_CERTS ?? ''
    const read = (name: string) => readFileSync(join(certificates, name))
    const url = `${where('dockerTls').replace('tcp:', 'https:')}/_ping`
    const ping = (own: object) => {
      return new Promise((done, fail) => {
        get(url, { ca: read('ca.pem'), ...own }, (answer) => done(text(answer))).once('error', fail)
      })
    }
    await expect(ping({ cert: read('cert.pem'), key: read('key.pem') })).resolves.toBe('OK')
    await expect(ping({})).rejects.toThrow()
  })

  test("serves a container's published port on loopback", async () => {
    const settings = { PortBindings: { '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] }, AutoRemove: true }
    const { Id } = await engine<{ Id: string }>('POST', '/containers/create', {
      Image: 'lab/web:1',
      HostConfig: settings,
    })
    await engine('POST', `/containers/${Id}/start`)
    const seen = await engine<{ NetworkSettings: { Ports: Record<string, { HostPort: string }[]> } }>(
      'GET',
      `/containers/${Id}/json`,
    )
    const port = seen.NetworkSettings.Ports['8080/tcp']?.[0]?.HostPort
    expect(await patiently(() => fetch(`http://127.0.0.1:${port}/`).then((answer) => answer.text()))).toBe('hello\n')
    await engine('DELETE', `/containers/${Id}?force=true`)
  })

  test('pulls from the registry', async () => {
    const name = `${where('registry')}/lab/pullable`
    const progress = await engine('POST', `/images/create?fromImage=${encodeURIComponent(name)}&tag=1`)
    expect(progress).toContain('Downloaded newer image')
    await engine('DELETE', `/images/${name}:1`)
  })

  async function engine<T = string>(method: string, path: string, body?: object): Promise<T> {
    const headers = { 'content-type': 'application/json' }
    const said = await new Promise<string>((done, fail) => {
      const sent = request({ socketPath: socketPath(), method, path, headers }, (answer) => done(text(answer)))
      Readable.from(body ? [JSON.stringify(body)] : []).pipe(sent.once('error', fail))
    })
    return (said.split('\n').length <= 2 && said.startsWith('{') ? JSON.parse(said) : said) as T
  }

  /** The port is open before the server in the container is. */
  async function patiently<T>(ask: () => Promise<T>): Promise<T> {
    for (let attempt = 0; attempt < 50; attempt++) {
      try {
        return await ask()
      } catch {
        await pause(100)
      }
    }
    return ask()
  }
})
