import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { get, request } from 'node:http'
import { get as getSecurely } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { type Need, suite, where } from '../../needs.ts'

const run = promisify(execFile)
const nodes = ['n1', 'n2', 'n3'] as const

suite('lab nodes', [...nodes], () => {
  test.each([
    ['n1', 'n1 20.10'],
    ['n2', 'n2 20.10'],
    ['n3', 'n3 26.1'],
  ] as const)('%s is a machine of its own with its engine', async (name, shape) => {
    const { Name, ServerVersion } = await ask<{ Name: string; ServerVersion: string }>(name, '/info')
    expect(`${Name} ${ServerVersion}`).toContain(shape)
  })

  test.each(nodes)('%s has the images', async (name) => {
    const images = await ask<{ RepoTags: string[] }[]>(name, '/images/json')
    expect(images.flatMap(({ RepoTags }) => RepoTags)).toEqual(expect.arrayContaining(['lab/web:1', 'lab/busybox:1']))
  })

  test('n1 and n3 answer over TLS to those who have a certificate, n2 to everybody', async () => {
    await expect(pingSecurely('N1', 'N1')).resolves.toBe('OK')
    await expect(pingSecurely('N3', 'N3')).resolves.toBe('OK')
    await expect(pingSecurely('N1', 'N3')).rejects.toThrow(/certificate/)
    await expect(ping(String(process.env.WHEELHOUSE_TEST_N2_TCP).replace('tcp:', 'http:'))).resolves.toBe('OK')
  })
})

suite('lab registries', ['docker', 'n1', 'n3', 'nodesRegistry', 'registryLogin'], () => {
  test.each(['docker', 'n1', 'n3'] as const)('%s pulls from the registry on the network', async (name) => {
    const image = `${where('nodesRegistry')}/lab/pullable:1`
    const progress = await post(name, `/images/create?fromImage=${encodeURIComponent(image)}`)
    await post(name, `/images/${image}`, {}, 'DELETE')
    expect(progress).toContain('Downloaded newer image')
  })

  test.each(['docker', 'n1', 'n3'] as const)('%s pushes with the login and not without', async (name) => {
    const { host, username, password } = new URL(where('registryLogin'))
    const image = `${host}/${name}/busybox`
    await post(name, `/images/lab/busybox:1/tag?repo=${image}&tag=1`)
    const login = { username, password, serveraddress: host }
    const push = (credentials: object) => {
      return post(name, `/images/${image}/push?tag=1`, { 'x-registry-auth': btoa(JSON.stringify(credentials)) })
    }
    expect(await push({})).toMatch(/no basic auth credentials|unauthorized/)
    expect(await push({ ...login, password: 'another' })).toMatch(/unauthorized/)
    expect(await push(login)).toContain('digest: sha256:')
    await post(name, `/images/${image}:1`, {}, 'DELETE')
  })
})

suite('lab Compose', ['compose', 'n1'], () => {
  test('resolves a file, and lists what it started', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'wh-compose-'))
    const file = join(folder, 'compose.yaml')
    writeFileSync(file, 'name: wh-lab-compose\nservices: { web: { image: "lab/web:${TAG:-1}", pull_policy: never } }\n')
    const config = process.env.WHEELHOUSE_TEST_DOCKER_CONFIG ?? ''
    const compose = async (...args: string[]) => {
      const whole = ['--config', config, '-H', where('n1'), 'compose', '-f', file, ...args]
      return (await run(where('compose'), whole)).stdout
    }
    try {
      expect(JSON.parse(await compose('config', '--format', 'json'))).toMatchObject({
        services: { web: { image: 'lab/web:1' } },
      })
      await compose('up', '-d')
      expect(JSON.parse(await compose('ps', '--format', 'json'))).toMatchObject({ Service: 'web', State: 'running' })
    } finally {
      await compose('down')
      rmSync(folder, { recursive: true })
    }
  })
})

async function ask<T>(name: Need, path: string): Promise<T> {
  return JSON.parse(await post(name, path, {}, 'GET')) as T
}

function post(name: Need, path: string, headers: Record<string, string> = {}, method = 'POST'): Promise<string> {
  const socketPath = where(name).replace('unix://', '')
  return new Promise((done, fail) => {
    request({ socketPath, path, method, headers }, (answer) => done(text(answer)))
      .once('error', fail)
      .end()
  })
}

function ping(at: string): Promise<string> {
  return new Promise((done, fail) => {
    get(`${at}/_ping`, (answer) => done(text(answer))).once('error', fail)
  })
}

/** Asks one node with the certificates of, it may be, another. */
function pingSecurely(node: string, of: string): Promise<string> {
  const read = (file: string) => readFileSync(join(process.env[`WHEELHOUSE_TEST_${of}_CERTS`] ?? '', file))
  const own = { ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem') }
  const url = String(process.env[`WHEELHOUSE_TEST_${node}_TCP`]).replace('tcp:', 'https:')
  return new Promise((done, fail) => {
    getSecurely(`${url}/_ping`, own, (answer) => done(text(answer))).once('error', fail)
  })
}
