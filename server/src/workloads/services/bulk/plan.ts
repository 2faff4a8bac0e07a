import { type BulkAct, type Plan, type PlanStep, type Service, serviceAllows } from '@wheelhouse/contract'
import { countVerbs, planDigest } from '../../../dispatch/index.ts'
import type { Registry } from '../../../inventory/targets/index.ts'
import type { ActOptions } from '../act.ts'
import type { Wish } from './room.ts'

const capitals = (act: BulkAct): string => `${act[0]?.toUpperCase() ?? ''}${act.slice(1)}`
const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`

/** "Restart 12 services on 3 targets". */
export function titleOf(act: BulkAct, wishes: readonly Wish[]): string {
  const targets = [...new Set(wishes.flatMap(({ targetName }) => targetName ?? []))]
  const where = targets.length === 1 ? targets[0] : counted(targets.length, 'target')
  const [only] = wishes
  return `${capitals(act)} ${wishes.length === 1 ? only?.name : counted(wishes.length, 'service')} on ${where}`
}

/** Nothing to do: it is already what the act would make of it. */
export function isAlready(service: Service, act: BulkAct): boolean {
  const { state } = service
  const runs = state === 'running' || state === 'degraded' || state === 'starting'
  if (act === 'start' || act === 'resume') return runs
  return (act === 'stop' && state === 'stopped') || (act === 'pause' && state === 'paused')
}

function stepOf(service: Service, act: BulkAct): PlanStep {
  const kept = isAlready(service, act)
  const reasons = [`on ${service.targetName}`, kept ? `is ${service.state} already` : `is ${service.state}`]
  if (act === 'remove') {
    if (service.state !== 'stopped') reasons.push('it is stopped first')
    reasons.push('its log goes with it')
  }
  return { verb: kept ? 'keep' : act === 'remove' ? 'remove' : 'change', kind: 'service', name: service.name, reasons }
}

/** What would be done with each, and why some would be left out. */
export function planBulk(registry: Registry, act: BulkAct, wishes: readonly Wish[], options: ActOptions): Plan {
  const warnings: string[] = []
  const steps: PlanStep[] = []
  const bound: string[] = []
  const stacks = new Set<string>()
  for (const wish of wishes) {
    const service = wish.refused === null ? registry.service(wish.id) : null
    if (!service) {
      warnings.push(wish.refused?.message ?? `${wish.name} is gone.`)
      continue
    }
    bound.push(`${service.id} ${service.state}`)
    const target = registry.mirror(service.targetId).target()
    if (target.state !== 'connected')
      warnings.push(`${service.name} is on ${target.name}, which is not heard: it would be left out.`)
    else if (!isAlready(service, act) && !serviceAllows[service.state].includes(act))
      warnings.push(`${service.name} is ${service.state}, which does not allow ${act}: it would be left out.`)
    else {
      steps.push(stepOf(service, act))
      if (act === 'remove' && service.stack !== null) stacks.add(service.stack)
    }
  }
  for (const stack of stacks) warnings.push(`Applying the stack ${stack} again makes what is removed of it anew.`)
  return {
    summary: `${titleOf(act, wishes)}.`,
    steps,
    counts: countVerbs(steps),
    warnings,
    kept: act === 'remove' ? [options.volumes ? 'named volumes' : 'all volumes', 'images'] : [],
    digest: planDigest([act, options.volumes ?? false, bound.toSorted()]),
  }
}
