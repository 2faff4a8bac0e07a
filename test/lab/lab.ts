import { chmodSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Component, Unavailable } from './component.ts'
import { engine } from './engine.ts'
import { imagesOfLab } from './images.ts'
import { locked } from './lock.ts'
import { mariadb } from './mariadb.ts'
import { installPackages } from './packages.ts'
import { folder, freeBasePort, type Memory, recall, remember, runFolder } from './place.ts'
import { imagesOfNodes } from './nodes/images.ts'
import { network } from './nodes/network.ts'
import { nodes } from './nodes/node.ts'
import { sshd } from './nodes/sshd.ts'
import { postgres } from './postgres.ts'
import { caddy } from './programs/caddy.ts'
import { chromium } from './programs/chromium.ts'
import { compose } from './programs/docker-26.ts'
import { mkcert } from './programs/mkcert.ts'
import { nginx, php, python } from './programs/toolchains.ts'
import { redis } from './redis.ts'
import { registry, registryLogin, registryOfNodes } from './registry.ts'
import { s3 } from './s3.ts'
import { systemd } from './systemd.ts'

/** There as soon as they are installed: that they answer does not make a lab one that is up. */
const installed: readonly Component[] = [chromium, php, python, caddy, nginx, mkcert, compose]
const components: readonly Component[] = [
  postgres,
  mariadb,
  redis,
  registry,
  s3,
  engine,
  network,
  registryOfNodes,
  registryLogin,
  ...nodes,
  sshd,
  ...installed,
  imagesOfLab,
  imagesOfNodes,
  systemd,
]

type Say = (line: string) => void

/** Brings up what is not up yet. Returns false when something failed that this machine could have had. */
export function up(say: Say): Promise<boolean> {
  return locked(() => bringAll(say))
}

async function bringAll(say: Say): Promise<boolean> {
  const unmet = await installPackages(say)
  if (unmet) say(`packages        ${unmet}`)
  const memory = await begin()
  const done = new Map<string, Promise<boolean>>()
  for (const component of components) {
    const before = (component.after ?? []).flatMap((name) => done.get(name) ?? [])
    done.set(
      component.name,
      Promise.all(before).then(() => bring(component, memory, say)),
    )
  }
  const results = await Promise.all(done.values())
  return results.every(Boolean)
}

/** The memory of a lab that is up in part, or a new one on ports that are free now. */
async function begin(): Promise<Memory> {
  const old = recall()
  if (old) {
    const answers = await Promise.all(components.map((component) => component.answers(old)))
    if (components.some((component, index) => !installed.includes(component) && answers[index])) return old
    await stop(old)
  }
  mkdirSync(runFolder, { recursive: true })
  chmodSync(runFolder, 0o711) // the user postgres passes through
  const memory: Memory = { basePort: await freeBasePort(old?.basePort), processes: {}, variables: {} }
  remember(memory)
  return memory
}

async function bring(component: Component, memory: Memory, say: Say): Promise<boolean> {
  const name = component.name.padEnd(15)
  const since = Date.now()
  try {
    if (await component.answers(memory)) {
      say(`${name} up already`)
      return true
    }
    await component.down(memory)
    const { process, variables } = await component.up(memory)
    if (process) memory.processes[component.name] = process
    memory.variables[component.name] = variables
    remember(memory)
    say(`${name} up in ${((Date.now() - since) / 1000).toFixed(1)} s  ${Object.values(variables)[0] ?? ''}`.trimEnd())
    return true
  } catch (error) {
    const { message } = error as Error
    const unavailable = error instanceof Unavailable
    delete memory.variables[component.name]
    remember(memory)
    say(`${name} ${unavailable ? 'not available' : 'failed'}: ${message}`)
    return unavailable
  }
}

/** Stops all that is ours and removes its data; the choice of ports is kept. */
export function down(say: Say): Promise<void> {
  return locked(async () => {
    const memory = recall()
    await stop(memory ?? { basePort: 0, processes: {}, variables: {} })
    if (memory) remember({ basePort: memory.basePort, processes: {}, variables: {} })
    say('lab             down')
  })
}

async function stop(memory: Memory): Promise<void> {
  await Promise.all(components.map((component) => component.down(memory)))
  rmSync(runFolder, { recursive: true, force: true })
  // The cache is what took long to make and says nothing of a run.
  const kept = ['lab.json', 'lab.lock', 'cache']
  const left = readdirSync(folder).filter((name) => !kept.includes(name))
  for (const name of left) rmSync(join(folder, name), { recursive: true, force: true })
}

export async function status(say: Say): Promise<void> {
  const memory = recall()
  for (const component of components) {
    const answers = memory !== undefined && (await component.answers(memory))
    const address = Object.values(memory?.variables[component.name] ?? {}).join('  ')
    say(`${component.name.padEnd(15)} ${answers ? 'up' : 'down'}  ${answers ? address : ''}`.trimEnd())
  }
}
