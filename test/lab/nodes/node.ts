import { mkdirSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { makeCertificates } from '../certificates.ts'
import { environment, which } from '../command.ts'
import { type Component, Unavailable } from '../component.ts'
import { end, healthy, isAlive, launch, processes } from '../daemon.ts'
import { callAt } from '../engine-api.ts'
import { sweep } from '../engine-sweep.ts'
import { folder, type Memory, mark, type Running, runFolder, subfolder } from '../place.ts'
import { docker26 } from '../programs/docker-26.ts'
import { makeAccounts } from './accounts.ts'
import { endHolder, hold, inNamespace } from './namespace.ts'
import { address, network, plug, subnet } from './network.ts'

export const nodeNames = ['n1', 'n2', 'n3'] as const
export type NodeName = (typeof nodeNames)[number]

interface Shape {
  host: number
  /** Folder that stands for `/` and has another Docker than the machine's. */
  root?: () => Promise<string>
  listen: 'tls' | 'plain'
}

const shapes: Record<NodeName, Shape> = {
  n1: { host: 11, listen: 'tls' },
  n2: { host: 12, listen: 'plain' },
  n3: { host: 13, listen: 'tls', root: docker26 },
}

/** A machine of its own as far as Docker can tell, with an engine that answers on a socket and on the lab's network. */
function node(name: NodeName): Component {
  return {
    name,
    after: [network.name],
    async up(memory) {
      const missing = ['dockerd', 'containerd', 'runc', 'iptables', 'openssl'].filter((program) => !which(program))
      if (missing.length > 0) throw new Unavailable(`${missing.join(', ')} not installed`)
      if (!memory.variables.network) throw new Unavailable('there is no network to join it to')
      const { root, host, listen } = shapes[name]
      const [certificates] = await Promise.all([
        makeCertificates(`${name}-certs`, [address(memory, host)]),
        root?.(), // fetched before anything runs
      ])
      mkdirSync(join(runFolder, name), { recursive: true })
      const holder = await hold(name, makeAccounts(join(runFolder, name)))
      await plug(memory, name, holder, host)
      memory.processes[name] = holder
      await launchEngine(memory, name)
      const upper = name.toUpperCase()
      return {
        process: holder,
        variables: {
          [`WHEELHOUSE_TEST_${upper}`]: `unix://${socketOf(name)}`,
          [`WHEELHOUSE_TEST_${upper}_ADDRESS`]: address(memory, host),
          [`WHEELHOUSE_TEST_${upper}_TCP`]: `tcp://${address(memory, host)}:${listen === 'tls' ? 2376 : 2375}`,
          ...(listen === 'tls' ? { [`WHEELHOUSE_TEST_${upper}_CERTS`]: certificates } : {}),
        },
      }
    },
    async down(memory) {
      await end(memory.processes[name], 'SIGKILL')
      await endHolder(name)
      await sweep({ run: join(runFolder, name), cgroup: cgroupOf(name) })
      for (const gone of [name, `${name}-certs`]) rmSync(join(folder, gone), { recursive: true, force: true })
    },
    async answers(memory) {
      // By its socket, and by its cable: one that was cut off for good is made anew.
      return isAlive(memory.processes[name]) && (await pings(name)) && (await connects(memory, name))
    },
  }
}

export const nodes: readonly Component[] = nodeNames.map(node)

/** The socket of a node's engine, as this machine sees it. */
export function socketOf(name: NodeName): string {
  return join(runFolder, name, 'docker.sock')
}

export function pings(name: NodeName): Promise<boolean> {
  return callAt(socketOf(name), 'GET', '/_ping').then(
    () => true,
    () => false,
  )
}

function connects(memory: Memory, name: NodeName): Promise<boolean> {
  const { host, listen } = shapes[name]
  return new Promise((settle) => {
    const done = (answer: boolean) => {
      settle(answer)
      probe.destroy()
    }
    const probe = connect({ host: address(memory, host), port: listen === 'tls' ? 2376 : 2375, timeout: 2_000 })
    probe
      .once('connect', () => done(true))
      .once('error', () => done(false))
      .once('timeout', () => done(false))
  })
}

/** Its number on the lab's network. */
export function hostOf(name: NodeName): number {
  return shapes[name].host
}

/** Folders where a node's Docker is, before those that every machine has. */
export async function pathOf(name: NodeName): Promise<string> {
  const root = await shapes[name].root?.()
  return [...(root ? [join(root, 'usr/sbin'), join(root, 'usr/bin')] : []), environment.PATH].join(':')
}

/** Starts the engine of a node that runs and waits until it answers. */
export async function launchEngine(memory: Memory, name: NodeName): Promise<void> {
  const holder = memory.processes[name]
  if (!isAlive(holder)) throw new Error(`${name} does not run: npm run lab -- up`)
  const { host, listen, root } = shapes[name]
  const certificates = join(folder, `${name}-certs`)
  const at = `tcp://${address(memory, host)}`
  const tls = {
    tlsverify: 'true',
    tlscacert: join(certificates, 'ca.pem'),
    tlscert: join(certificates, 'server-cert.pem'),
    tlskey: join(certificates, 'server-key.pem'),
  }
  const settings = {
    'data-root': subfolder(name),
    'exec-root': execRoot(name),
    pidfile: join(runFolder, name, 'docker.pid'),
    'cgroup-parent': `/${cgroupOf(name)}`,
    'exec-opt': 'native.cgroupdriver=cgroupfs',
    'shutdown-timeout': '1',
    'insecure-registry': subnet(memory),
    // The default of 20.10 is negative, which needs CAP_SYS_RESOURCE; 26 has no such flag.
    ...(root ? {} : { 'oom-score-adjust': '0' }),
    // Said outright, or the engine waits a while so that its warning is seen.
    ...(listen === 'tls' ? tls : { tls: 'false' }),
  }
  const flags = Object.entries(settings).map(([key, value]) => `--${key}=${value}`)
  const addresses = [`unix://${socketOf(name)}`, 'unix:///run/docker.sock', `${at}:${listen === 'tls' ? 2376 : 2375}`]
  const args = [...flags, ...addresses.flatMap((where) => ['-H', where])]
  const PATH = await pathOf(name)
  const started = await launch(name, ...inNamespace(holder, 'dockerd', ...args), { env: { ...environment, PATH } })
  await healthy(name, started, () => callAt(socketOf(name), 'GET', '/_ping'))
}

/** The engine's process on a node, as this machine numbers it. */
export function engineOf(name: NodeName): Running | undefined {
  return processes().find(({ command }) => {
    return /(^|\/)dockerd$/.test(command[0] ?? '') && command.includes(`--exec-root=${execRoot(name)}`)
  })
}

/** Where the engine of a node keeps what ends with it, network namespaces among them. */
export function execRoot(name: NodeName): string {
  return join(runFolder, name, 'exec')
}

function cgroupOf(name: NodeName): string {
  return `whlab-${mark}-${name}`
}
