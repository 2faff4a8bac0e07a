import type { Run } from '../saga/run.ts'
import { proxyOf } from '../steps/routes.ts'
import { runChanges } from './changes.ts'
import { restartDependent, restartOf } from '../dependents/dependents.ts'
import { joinNames, lead, takeOver } from './take-over.ts'
import { watchFor } from './watch.ts'

const usualSteps = [10, 50]
const usualPauseMs = 30_000

/** Lets all new instances take over at once, now that every one of them has passed its gates; canary does so by shares first. */
export async function switchOver(run: Run): Promise<string> {
  const changes = await runChanges(run)
  const taking = changes.filter(
    (change) => change.mode === 'in-place' || (change.mode === 'beside' && change.strategy !== 'rolling'),
  )
  if (taking.length === 0)
    return changes.some((change) => change.mode !== 'keep') ? 'each took over as it was ready' : 'nothing changed'
  const { manifest } = await run.project()
  const canary = taking.filter(
    (change) =>
      change.strategy === 'canary' && change.current !== null && (change.workload.deploy?.expose ?? null) !== null,
  )
  const weighable = canary.filter((change) =>
    proxyOf(run.room, change.workload.deploy!.expose!.proxy).features.has('weights'),
  )
  if (weighable.length < canary.length)
    run.log('A proxy cannot share requests by weight: its services take over at once.')
  await joinNames(run, weighable, changes)
  for (const share of weighable.length === 0 ? [] : (manifest?.pipeline?.canary?.steps ?? usualSteps)) {
    await lead(run, changes, weighable, share, 'all')
    await watchFor(run, changes, manifest?.pipeline?.canary?.pause ?? usualPauseMs, `with ${share} % of the requests`)
  }
  await takeOver(run, taking, changes, {
    keepWarm: run.deployment.strategy === 'blue-green' || run.deployment.strategy === 'canary',
  })
  for (const change of changes)
    if (restartOf(change, changes) === 'after the switch') await restartDependent(run, changes, change)
  const gap = run.deployment.switchGapMs
  return gap === null ? `${taking.length} took over` : `${taking.length} took over, gap ${Math.round(gap)} ms`
}
