import { type Deployment, Failure, type NotificationOccasion } from '@wheelhouse/contract'
import type { Run } from '../saga/run.ts'

const words: Partial<Record<Deployment['state'], NotificationOccasion>> = {
  succeeded: 'deployment.succeeded',
  'rolled-back': 'deployment.rolled-back',
  failed: 'deployment.failed',
  waiting: 'deployment.waiting',
}

/** Tells the channels that the manifest names; those of the whole house hear the event. Throws NOT_FOUND once the others are told. */
export async function tellChannels(run: Run, state: Deployment['state']): Promise<number> {
  const occasion = words[state]
  const { manifest } = await run.project()
  const short = occasion?.slice('deployment.'.length)
  const channels = (manifest?.notifications ?? [])
    .filter(({ on }) => (on ?? ['rolled-back', 'failed']).some((one) => one === short))
    .map(({ channel }) => channel)
  if (occasion === undefined || channels.length === 0) return 0
  const { deployment } = run
  const missing = await run.room.tell(channels, {
    deploymentId: deployment.id,
    occasion,
    sentence: deployment.outcome?.summary ?? `It waits for approval before ${deployment.approval?.stage}.`,
    stack: deployment.stack,
    environment: deployment.environment,
    release: deployment.release?.number ?? null,
    failed: deployment.outcome?.stage ?? (state === 'waiting' ? run.stage : null),
    lines:
      deployment.outcome?.logs.flatMap(({ service, lines }) => lines.slice(-10).map((line) => `${service}: ${line}`)) ??
      [],
  })
  if (missing.length > 0)
    throw new Failure(
      'NOT_FOUND',
      `There is no channel ${missing.join(', ')} that is on. Add it under notifications, or correct its name in the manifest.`,
    )
  return channels.length
}

export async function notify(run: Run): Promise<string> {
  const told = await tellChannels(run, 'succeeded')
  return told === 0 ? 'nobody asked to be told' : `${told} told`
}
