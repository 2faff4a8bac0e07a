import { askChecks } from '../checks/ask.ts'
import type { Run } from '../saga/run.ts'
import { runChanges } from './changes.ts'

const verifyMs = 30_000

/** Asks from outside, as people would: the checks of the manifest after the switch. */
export async function verify(run: Run): Promise<string> {
  const { manifest } = await run.project()
  const checks = manifest?.verify ?? []
  if (checks.length === 0) return 'the manifest has no checks to verify with'
  const asked = await askChecks(run, checks, await runChanges(run), verifyMs)
  return `${asked} ${asked === 1 ? 'check' : 'checks'} passed`
}
