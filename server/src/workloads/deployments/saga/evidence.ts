import { Failure, type Outcome } from '@wheelhouse/contract'
import { BuildFailed } from '@wheelhouse/builders/builder'
import { DatabaseFull } from '@wheelhouse/platform/db'
import { plainName } from '../steps/instances.ts'
import { Cancelled, CheckFailed, Refused } from './interruptions.ts'
import type { Run } from './run.ts'

const keptLines = 50
/** Kept with the outcome, so that a run which is taken up in the middle of its undo still ends as cancelled. */
export const cancelledCode = 'CANCELLED'

export const isCancelled = (error: unknown): boolean => error instanceof Cancelled || error instanceof Refused

/** What decided, with its last words; taken before anything is undone, because afterwards the services and their logs are gone. */
export type Evidence = Pick<Outcome, 'stage' | 'check' | 'error' | 'logs'>

export async function evidenceOf(run: Run, error: unknown): Promise<Evidence> {
  const hide = (text: string): string => run.mask.hide(text)
  const message = hide(error instanceof Error ? error.message : String(error))
  if (isCancelled(error))
    return { stage: run.stage, check: null, error: { errorCode: cancelledCode, message }, logs: [] }
  const errorCode = codeOf(error)
  const check =
    error instanceof CheckFailed
      ? { name: error.check, output: hide(error.output) }
      : error instanceof BuildFailed
        ? { name: error.step, output: hide(error.output) }
        : null
  const named = error instanceof CheckFailed ? error.services : []
  const services = named.length > 0 ? named : failing(run)
  const logs: { service: string; lines: string[] }[] = []
  for (const { name, serviceId } of services.slice(0, 10)) {
    const lines = await run.room.lastLines(serviceId, keptLines).catch(() => [])
    if (lines.length > 0) logs.push({ service: plainName(name), lines: lines.map((line) => hide(line.text)) })
  }
  if (!(error instanceof Failure) && !(error instanceof BuildFailed))
    run.room.log.warn({ err: error, deployment: run.deployment.id }, 'a deployment failed unexpectedly')
  return { stage: run.stage, check, error: { errorCode, message: message.split('\nLast lines of its log:')[0]! }, logs }
}

function codeOf(error: unknown): string {
  if (error instanceof Failure) return error.code
  if (error instanceof BuildFailed) return 'BUILD_FAILED'
  return error instanceof DatabaseFull ? 'STORAGE_FULL' : 'INTERNAL'
}

/** New instances that are not as they should be. */
function failing(run: Run): { name: string; serviceId: string }[] {
  return run.journal.entries
    .filter((entry) => entry.kind === 'instance.create' || entry.kind === 'service.bring')
    .flatMap((entry) => {
      const { targetId } = entry.args as { targetId: string }
      const name = String(entry.kind === 'service.bring' ? entry.args.service : entry.args.name)
      const service = run.room.targets.services(targetId).find((one) => one.name === name)
      const bad = service && (service.state !== 'running' || service.health === 'unhealthy' || service.restarts > 0)
      return bad ? [{ name: service.name, serviceId: service.id }] : []
    })
}
