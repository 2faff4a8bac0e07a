import { Failure } from '@wheelhouse/contract'
import { preflightOf } from '../preflight/look.ts'
import type { Run } from '../saga/run.ts'
import { appsOf } from './build.ts'

export async function preflight(run: Run): Promise<string> {
  const project = await run.project()
  const { flags, kind } = run.request
  const builds = kind === 'deploy' && flags.skipBuild !== true
  const { checks, ok, tookMs } = await preflightOf(
    run.room,
    project,
    {
      kept: kind === 'rollback',
      apps: builds ? (await appsOf(run)).chosen : [],
      files: await run.templates(),
      skipBackup: flags.skipBackup === true,
      strategy: run.deployment.strategy,
    },
    run.signal,
  )
  // The lock is held by this very run.
  const looked = checks.filter((check) => check.id !== 'lock')
  for (const check of looked) {
    run.task(check.title, check.ok ? 'done' : 'failed', check.message)
    if (!check.ok)
      run.log(
        `${check.title}: ${check.message}. ${check.fix ?? ''}`,
        null,
        check.severity === 'error' ? 'stderr' : 'system',
      )
  }
  const failed = looked.filter((check) => !check.ok)
  // What a deploy broke must not keep the release before from coming back: only what it is brought with has to be there.
  const decides = new Set(run.request.restoreBackupId === null ? ['targets'] : ['targets', 'backup'])
  const errors = failed.filter(
    (check) => check.severity === 'error' && (kind !== 'rollback' || decides.has(check.group)),
  )
  const [first] = errors
  if (first)
    throw new Failure('CHECKS_FAILED', `${first.title}: ${first.message}. ${first.fix ?? ''}${more(errors.length)}`, {
      checks: failed,
    })
  const [warning] = failed
  if (warning && !ok && kind !== 'rollback') throw new Failure('CHECKS_FAILED', warning.message, { checks: failed })
  if (warning && flags.force !== true && kind !== 'rollback')
    throw new Failure(
      'CHECKS_FAILED',
      `${warning.title}: ${warning.message}. ${warning.fix ?? ''}${more(failed.length)} Go on all the same with --force.`,
      { checks: failed },
    )
  return `${looked.length} checks in ${tookMs} ms${failed.length > 0 ? `, ${failed.length} warnings let pass` : ''}`
}

const more = (count: number): string => (count > 1 ? ` ${count - 1} more in the log.` : '')
