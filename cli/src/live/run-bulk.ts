import type { Client } from '@wheelhouse/client'
import type { BulkAct, BulkResult, Job, Plan, Service } from '@wheelhouse/contract'
import { structured } from '../presentation/output.ts'
import { planText } from '../presentation/plan.ts'
import { count } from '../presentation/units.ts'
import { confirm } from '../prompt.ts'
import type { Shell } from '../shell.ts'
import { followJob } from './follow-job.ts'

export interface BulkOptions {
  readonly timeoutMs?: number
  readonly signal?: string
  readonly volumes?: true
}
export interface BulkWish {
  readonly act: BulkAct
  readonly services: readonly Service[]
  readonly options: BulkOptions
  /** Shows the plan and asks before anything is done. */
  readonly asks: boolean
  readonly dryRun: boolean
}

const mostAtOnce = 1000

/** One act on many, over all their targets: a line for each as it ends, and how it went in all. */
export async function runBulk(shell: Shell, client: Client, wish: BulkWish): Promise<void> {
  const { act, services, options } = wish
  const parts: Service[][] = []
  for (let at = 0; at < services.length; at += mostAtOnce) parts.push(services.slice(at, at + mostAtOnce))
  const inputOf = (part: readonly Service[]) => ({ act, services: part.map(({ id }) => id), ...options })
  const digests = new Map<Service[], string>()
  if (wish.asks || wish.dryRun) {
    const plans: Plan[] = []
    for (const part of parts) {
      const plan = await client.services.bulk.plan(inputOf(part))
      digests.set(part, plan.digest)
      plans.push(plan)
    }
    if (wish.dryRun && (await structured(shell, plans.length === 1 ? plans[0] : { items: plans }))) return
    for (const plan of plans) {
      if (wish.dryRun) shell.write(planText(plan, shell.out))
      else shell.say(planText(plan, shell.talk))
    }
    if (wish.dryRun) return
    const verb = act === 'kill' ? 'Send the signal to' : `${act[0]?.toUpperCase()}${act.slice(1)}`
    await confirm(shell, `${verb} ${count(services.length, 'service')}?`, false)
  }
  for (const part of parts) {
    const digest = digests.get(part)
    const started = await client.services.bulk({ ...inputOf(part), ...(digest === undefined ? {} : { digest }) })
    await followJob(shell, client, started, summary, { names: doneNames })
  }
}

const rows = (job: Job): BulkResult['services'] => (job.result as BulkResult | null)?.services ?? []
const doneNames = (job: Job): string[] =>
  rows(job).flatMap(({ name, outcome }) => (outcome === 'done' || outcome === 'already' ? [name] : []))

function summary(job: Job): string {
  const already = rows(job).filter(({ outcome }) => outcome === 'already').length
  return `${job.title}: done.${already > 0 ? ` ${already} of them had nothing to do.` : ''}`
}
