import type { HealthCheckSpec } from '@wheelhouse/contract'
import type { Finding, RunCheckCommand } from './context.ts'

export async function command(
  spec: Extract<HealthCheckSpec, { kind: 'command' }>,
  run: RunCheckCommand,
  signal: AbortSignal,
): Promise<Finding> {
  const { exitCode, output } = await run(spec.argv, spec.timeoutMs, signal)
  // The line that tells of an error says more than the last one, which often is a version or a hint.
  const lines = output.trim().split('\n')
  const said = (lines.find((line) => /error|fail|denied|refused/i.test(line)) ?? lines.at(-1) ?? '')
    .trim()
    .slice(0, 200)
  return { ok: exitCode === 0, message: `exit ${exitCode}${said === '' ? '' : `: ${said}`}` }
}
