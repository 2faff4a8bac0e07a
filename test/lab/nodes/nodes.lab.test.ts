import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { get, request } from 'node:http'
import { get as getSecurely } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import * as swarm from '../../docker/swarm-of-nodes.ts'
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

suite('lab SSH', [...nodes, 'ssh', 'compose'], () => {
  const client = async (node: string, key: string, ...command: string[]) => {
    const files = { UserKnownHostsFile: join(where('ssh'), 'known_hosts'), IdentityFile: join(where('ssh'), key) }
    const settings = { ...files, IdentitiesOnly: 'yes', IdentityAgent: 'none', BatchMode: 'yes', ConnectTimeout: '5' }
    const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`])
    const at = String(process.env[`WHEELHOUSE_TEST_${node}_SSH`])
    return (await run('ssh', ['-F', 'none', ...options, at, ...command])).stdout
  }

  test.each([
    ['N1', 'n1 20.10'],
    ['N2', 'n2 20.10'],
    ['N3', 'n3 26.1'],
  ])('%s lets in who has the key, as one who may use the engine', async (node, shape) => {
    const said = await client(node, 'id_ed25519', 'docker', 'info', '-f', '"{{.Name}} {{.ServerVersion}}"')
    expect(said).toContain(shape)
  })

  test('a key that nobody knows is refused', async () => {
    await expect(client('N1', 'stranger', 'true')).rejects.toThrow(/Permission denied/)
  })
})

suite('lab Swarm', ['swarm'], () => {
  afterAll(swarm.leaveSwarm)

  test('the nodes form one, and its tasks find each other across versions of the engine', async () => {
    await swarm.formSwarm(['n1', 'n2', 'n3'])
    await swarm.ask('n1', 'POST', '/networks/create', { Name: 'wh-lab', Driver: 'overlay' })
    await swarm.ask('n1', 'POST', '/services/create', {
      Name: 'web',
      TaskTemplate: {
        ContainerSpec: { Image: `${where('nodesRegistry')}/lab/web:1` },
        Networks: [{ Target: 'wh-lab' }],
      },
      Mode: { Global: {} },
      EndpointSpec: { Mode: 'dnsrr', Ports: [{ TargetPort: 8080, PublishedPort: 8080, PublishMode: 'host' }] },
    })
    for (const name of swarm.nodeNames) {
      await swarm.until(`the task of ${name} answers`, () => hello(swarm.addressOf(name)))
      const [container] = await ask<{ Id: string }[]>(name, '/containers/json')
      const loop =
        'for at in $(nslookup tasks.web 127.0.0.11 | grep -o "10[.0-9]*$"); do nc -w 2 $at 8080 -e true && echo ok; done'
      const exec = ['-H', where(name), 'exec', container?.Id ?? '', 'sh', '-c', loop]
      await swarm.until(`${name} reaches all three`, async () => (await run('docker', exec)).stdout === 'ok\nok\nok\n')
    }
  })

  test('a node that is cut off is down, and ready when its cable is back', async () => {
    await swarm.cutNode('n3')
    await swarm.until('n3 is down', () => sees('n1', 'n3', 'down'))
    await swarm.joinNode('n3')
    await swarm.until('n3 is ready', () => sees('n1', 'n3', 'ready'))
  })

  test('a manager whose engine is killed comes back as it was', async () => {
    await swarm.stopEngine('n2', 'kill')
    await expect(ask('n2', '/info')).rejects.toThrow()
    await swarm.startEngine('n2')
    await swarm.until('n2 sees all three', async () => (await swarm.statesOf('n2')).length === 3)
  })

  test('nothing of it is left when the nodes leave', async () => {
    await swarm.leaveSwarm()
    for (const name of swarm.nodeNames) expect(await ask(name, '/containers/json?all=1')).toEqual([])
  })

  const sees = async (by: swarm.NodeName, node: string, state: string) => {
    return (await swarm.statesOf(by)).some((seen) => seen.hostname === node && seen.state === state)
  }
  const hello = async (address: string) => {
    const answer = await fetch(`http://${address}:8080/`, { signal: AbortSignal.timeout(2_000) })
    return (await answer.text()) === 'hello\n'
  }
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
