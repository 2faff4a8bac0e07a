import type { Client } from '@wheelhouse/client'
import type { Capability, Network, Target, Volume } from '@wheelhouse/contract'
import { Complaint, usage } from '../failure.ts'
import { nearestHint } from '../nearest.ts'
import { nothingCalled } from '../resolve.ts'

export interface OnTarget {
  readonly target?: string | undefined
}
interface Named {
  readonly id: string
  readonly name: string
  readonly targetId: string
  readonly targetName: string
}

/** By id, by `target/name`, or by a name that only one target has. */
function only<T extends Named>(kind: string, name: string, all: readonly T[]): T {
  const found = all.filter((one) => [one.id, `${one.targetName}/${one.name}`].includes(name))
  const meant = found.length > 0 ? found : all.filter((one) => one.name === name)
  const [first, second] = meant
  if (!first) throw nothingCalled(kind, name, [...new Set(all.map((one) => one.name))])
  if (!second) return first
  throw new Complaint(
    'conflict',
    'AMBIGUOUS',
    `${meant.length} ${kind}s are called "${name}". Use an id, or --target.`,
    meant.map((one) => `${one.id}  (on ${one.targetName})`),
  )
}

const everything = { limit: 1000 } as const

export async function findVolume(client: Client, name: string, { target }: OnTarget = {}): Promise<Volume> {
  const { items } = await client.volumes.list({ ...everything, ...(target ? { target } : {}) })
  return only('volume', name, items)
}

export async function findNetwork(client: Client, name: string, { target }: OnTarget = {}): Promise<Network> {
  const { items } = await client.networks.list({ ...everything, ...(target ? { target } : {}) })
  return only('network', name, items)
}

/** The target that was named, else the only one that can do this. */
export async function engineOf(client: Client, capability: Capability, { target }: OnTarget): Promise<Target> {
  const { items } = await client.targets.list(everything)
  if (target !== undefined) {
    const found = items.find((one) => one.id === target || one.name === target)
    if (found) return found
    throw nothingCalled(
      'target',
      target,
      items.map((one) => one.name),
    )
  }
  const able = items.filter((one) => one.capabilities.includes(capability))
  const [first, second] = able
  if (first && !second) return first
  if (!first) throw new Complaint('failed', 'CAPABILITY_MISSING', `No target has ${capability}. Register an engine.`)
  const names = able.map((one) => one.name)
  throw usage(`Name the target: --target ${names.join('|')}.${nearestHint('', names)}`)
}
