import { Failure, type Preflight, type PreflightCheck } from '@wheelhouse/contract'
import type { Project, StackTarget } from '../../stacks/index.ts'
import { targetsFor } from '../plan/placements.ts'
import type { DeployRoom } from '../room.ts'
import { bad, type Check, type Found, type Look } from './check.ts'
import { configChecks } from './config.ts'
import { networkChecks } from './network.ts'
import { reachChecks } from './reach.ts'
import { swarmChecks } from '../swarm/preflight.ts'
import { surroundingChecks } from './surroundings.ts'
import { systemChecks } from './system.ts'
import { toolChecks } from './tools.ts'

/** One check may take this long; all run beside each other, so this bounds the whole. */
const checkMs = 4_500

async function lookOnce(check: Check): Promise<PreflightCheck> {
  const begun = performance.now()
  const { promise, resolve } = Promise.withResolvers<Found>()
  const timer = setTimeout(
    () => resolve(bad(`did not answer within ${checkMs / 1000} s`, 'See what holds it up, and check again.')),
    checkMs,
  )
  const found = await Promise.race([
    promise,
    Promise.resolve()
      .then(() => check.look())
      .catch((error: unknown) =>
        bad(error instanceof Error ? error.message : String(error), 'Mend it, and check again.'),
      ),
  ])
  clearTimeout(timer)
  const { id, group, title, severity } = check
  return {
    id,
    group,
    title,
    severity,
    ok: found.ok,
    message: found.message,
    fix: found.ok ? null : (found.fix ?? null),
    tookMs: Math.round((performance.now() - begun) * 10) / 10,
  }
}

/** Targets of a project that are known; those that are not are told as a check that failed. */
function targetsOf(room: DeployRoom, project: Project): { targets: StackTarget[]; missing: string[] } {
  const targets = new Map<string, StackTarget>()
  const missing: string[] = []
  const rendered = project.render({ folders: {}, images: {}, serve: {} })
  for (const part of ['processes', 'containers'] as const) {
    if (rendered[part] === null) continue
    try {
      for (const target of targetsFor(room, project, part)) targets.set(target.id, target)
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      missing.push(error.message)
    }
  }
  return { targets: [...targets.values()], missing }
}

/** Looks at everything a deployment needs, all at once, and changes nothing. */
export async function preflightOf(
  room: DeployRoom,
  project: Project,
  options: Pick<Look, 'apps' | 'files' | 'skipBackup' | 'kept' | 'strategy'>,
  signal: AbortSignal,
): Promise<Preflight> {
  const begun = performance.now()
  const { targets, missing } = targetsOf(room, project)
  const look: Look = { room, project, targets, signal, ...options }
  const checks: Check[] = [
    ...systemChecks(look),
    ...toolChecks(look),
    ...(look.kept ? [] : configChecks(look)),
    ...networkChecks(look),
    ...reachChecks(look),
    ...swarmChecks(look),
    ...surroundingChecks(look),
    ...missing.map((message, index): Check => ({
      id: `target-missing-${index + 1}`,
      group: 'targets',
      title: 'Target',
      severity: 'error',
      look: () => Promise.resolve(bad(message, 'Register a target that fits, or name one with target.')),
    })),
  ]
  const found = await Promise.all(checks.map(lookOnce))
  return {
    ok: found.every((check) => check.ok || check.severity === 'warning'),
    tookMs: Math.round(performance.now() - begun),
    checks: found,
  }
}
