import { settle } from '../../stacks/index.ts'
import { askChecks } from '../checks/ask.ts'
import type { Run } from '../saga/run.ts'
import { runChanges } from './changes.ts'
import { instanceOf, runsOnce, watchedOf, watchOf } from './instances.ts'

const usualGateMs = 120_000

/** All new instances are up, healthy where they are checked, and stay so; and the gates of the manifest pass. */
export async function gates(run: Run): Promise<string> {
  const changes = await runChanges(run)
  const { manifest } = await run.project()
  const waitMs = manifest?.pipeline?.gate_timeout ?? usualGateMs
  const up = changes.flatMap((change) => {
    const instance = instanceOf(run, change)
    return instance === null ? [] : [{ change, watched: watchedOf(run, change, instance) }]
  })
  // Those that a Swarm has brought were followed until they had converged.
  const pending = up.flatMap(({ change, watched }) => (change.mode === 'update' ? [] : [watched]))
  if (pending.length > 0)
    await settle({ ...watchOf(run), settings: { ...run.room.settings, waitMs } }, pending, runsOnce(changes))
  const asked = await askChecks(run, manifest?.gates ?? [], changes, waitMs)
  return `${up.length} ${up.length === 1 ? 'service is' : 'services are'} up${asked > 0 ? `, ${asked} gates passed` : ''}`
}
