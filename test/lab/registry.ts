import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { environment, which } from './command.ts'
import { type Component, Unavailable } from './component.ts'
import { end, healthy, isAlive, launch } from './daemon.ts'
import { address, network } from './nodes/network.ts'
import { type Memory, port, subfolder } from './place.ts'

/** The account of the registry with login, and its password as the registry's file has it (bcrypt). */
const login = { user: 'lab', password: 'lab-registry-password' }
const accounts = `${login.user}:$2y$05$BZUiUpqUGHeJWU6S6wvVMOVfNBVsIeNohyUkc5avHBYkrtqTroEdu\n`

interface Shape {
  name: string
  after?: readonly string[]
  /** Folder of its blobs below the lab's. */
  storage: string
  listen: (memory: Memory) => string
  variable: string
  login?: typeof login
}

/** Without login, on loopback, which every engine trusts. */
export const registry = serve({
  name: 'registry',
  storage: 'registry',
  listen: (memory) => `127.0.0.1:${port(memory, 'registry')}`,
  variable: 'WHEELHOUSE_TEST_REGISTRY',
})

/** The same images on the network of the nodes. The engines of the lab trust all of that network. */
export const registryOfNodes = serve({
  name: 'registryOfNodes',
  after: [network.name, registry.name],
  storage: 'registry',
  listen: (memory) => `${reachable(memory)}:${port(memory, 'registry')}`,
  variable: 'WHEELHOUSE_TEST_NODES_REGISTRY',
})

/** With login; on the network of the nodes if there is one, else on loopback. */
export const registryLogin = serve({
  name: 'registryLogin',
  after: [network.name],
  storage: 'registry-login',
  listen: (memory) => `${memory.variables.network ? address(memory, 1) : '127.0.0.1'}:${port(memory, 'registryLogin')}`,
  variable: 'WHEELHOUSE_TEST_REGISTRY_LOGIN',
  login,
})

function serve(shape: Shape): Component {
  const { name, storage, listen } = shape
  const credentials = shape.login ? `${shape.login.user}:${shape.login.password}` : undefined
  return {
    name,
    after: shape.after ?? [],
    async up(memory) {
      if (!which('docker-registry')) throw new Unavailable('docker-registry is not installed')
      const addr = listen(memory)
      const settings = join(subfolder(storage), `${name}.yml`)
      const htpasswd = join(subfolder(storage), 'htpasswd')
      if (shape.login) writeFileSync(htpasswd, accounts)
      const content = {
        version: '0.1',
        storage: { filesystem: { rootdirectory: subfolder(storage) }, delete: { enabled: true } },
        http: { addr },
        ...(shape.login ? { auth: { htpasswd: { realm: 'lab', path: htpasswd } } } : {}),
      }
      writeFileSync(settings, JSON.stringify(content)) // JSON is YAML
      const process = await launch(name, 'docker-registry', ['serve', settings], { env: environment })
      await healthy(name, process, () => ping(addr, credentials))
      const value = credentials ? `http://${credentials}@${addr}` : addr
      return { process, variables: { [shape.variable]: value } }
    },
    async down(memory) {
      await end(memory.processes[name])
      // Two may share a storage, and the one that goes first is not to take the other's.
      if (name === storage || shape.login) rmSync(subfolder(storage), { recursive: true })
    },
    async answers(memory) {
      if (!isAlive(memory.processes[name])) return false
      return ping(listen(memory), credentials).then(
        () => true,
        () => false,
      )
    },
  }
}

function reachable(memory: Memory): string {
  if (!memory.variables.network) throw new Unavailable('there is no network of nodes')
  return address(memory, 1)
}

async function ping(at: string, credentials?: string): Promise<void> {
  const headers = credentials ? { authorization: `Basic ${btoa(credentials)}` } : {}
  const answer = await fetch(`http://${at}/v2/`, { headers, signal: AbortSignal.timeout(2_000) })
  if (!answer.ok) throw new Error(`status ${answer.status}`)
}
