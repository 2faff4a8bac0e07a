import { awaitCondition, pool, settle } from '../../stacks/index.ts'
import { type Change, candidateName } from '../plan/changes.ts'
import type { Run } from '../saga/run.ts'
import { digestLabel, findByName } from '../steps/instances.ts'
import { bringOne } from '../swarm/bring-one.ts'
import { labelOf, runChanges, startStep } from './changes.ts'
import { noteDependents, restartDependent, restartOf } from '../dependents/dependents.ts'
import { instanceOf, runsOnce, standsAside, watchedOf, watchOf } from './instances.ts'
import { prepareRelease } from './release.ts'
import { takeOver } from './take-over.ts'

const width = 4

/**
 * Starts the new instances in the order of their dependencies. With rolling each takes over as soon as it is healthy; otherwise all stand
 * beside the old until every one of them has passed its gates.
 */
export async function start(run: Run): Promise<string> {
  await prepareRelease(run)
  const changes = await runChanges(run)
  await noteDependents(run, changes)
  const asIs = changes.filter((change) => change.mode === 'keep' && restartOf(change, changes) !== 'with the start')
  for (const change of changes)
    if (!asIs.includes(change)) run.task(labelOf(run, change), 'waiting')
    else
      run.task(
        labelOf(run, change),
        'skipped',
        restartOf(change, changes) === 'none' ? 'as it is' : 'it restarts after the switch',
      )
  const levels = levelsOf(changes)
  for (const level of levels) {
    const rolling = level.filter((change) => change.mode === 'beside' && change.strategy === 'rolling')
    const others = level.filter((change) => !rolling.includes(change))
    await pool(others, width, (change) => startOne(run, changes, change))
    for (const change of rolling) {
      await startOne(run, changes, change)
      const instance = instanceOf(run, change)
      if (instance === null) continue
      await settle(watchOf(run), [watchedOf(run, change, instance)], runsOnce(changes))
      await takeOver(run, [change], changes, { keepWarm: false })
    }
  }
  const started = changes.filter((change) => change.mode !== 'keep').length
  const kept = changes.length - started
  return `${started} started${kept > 0 ? `, ${kept} as they are` : ''}`
}

/** Changes in levels: each level needs only those before it. They come in such an order already. */
function levelsOf(changes: readonly Change[]): Change[][] {
  const result: Change[][] = []
  const levelOf = new Map<string, number>()
  for (const change of changes) {
    const key = (service: string): string => `${change.targetId} ${service}`
    const needs = change.workload.dependsOn.map(({ service }) => levelOf.get(key(service)) ?? -1)
    const level = Math.max(-1, ...needs) + 1
    levelOf.set(key(change.workload.spec.service), Math.max(level, levelOf.get(key(change.workload.spec.service)) ?? 0))
    ;(result[level] ??= []).push(change)
  }
  return result.filter((level) => level !== undefined)
}

async function startOne(run: Run, changes: readonly Change[], change: Change): Promise<void> {
  if (change.mode === 'keep') {
    if (restartOf(change, changes) === 'with the start') await restartDependent(run, changes, change)
    return
  }
  const label = labelOf(run, change)
  if (change.mode === 'update') return bringOne(run, change)
  for (const { service, condition } of change.workload.dependsOn) {
    const others = changes.filter((one) => one.targetId === change.targetId && one.workload.spec.service === service)
    for (const other of others) {
      const instance = instanceOf(run, other)
      if (instance === null) continue
      run.task(label, 'running', `waits for ${labelOf(run, other)} to be ${condition}`)
      await awaitCondition(watchOf(run), watchedOf(run, other, instance), condition)
    }
  }
  run.task(label, 'running', change.reasons.join(', '))
  const { release } = run.deployment
  const name = candidateName(change, release!.number)
  const there = findByName(run, change.targetId, name)
  try {
    await run.step('instance.create', startStep(label), {
      targetId: change.targetId,
      releaseId: release!.id,
      release: release!.number,
      service: change.workload.spec.name,
      name,
      aliases: !standsAside(change, changes),
      // Asked for only before the step is written down: later it may be the one that this run made.
      warm: there !== null && digestLabel(there) === change.workload.spec.digest,
    })
    run.task(label, 'done', change.reasons.join(', '))
  } catch (error) {
    run.task(label, 'failed', error instanceof Error ? error.message : String(error))
    throw error
  }
}
