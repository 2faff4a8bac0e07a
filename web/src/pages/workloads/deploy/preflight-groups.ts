import type { Preflight, PreflightCheck } from '@wheelhouse/contract'

export interface CheckGroup {
  readonly group: PreflightCheck['group']
  readonly title: string
  readonly failed: number
  readonly warned: number
  /** Failures first, then warnings, then what is well. */
  readonly checks: readonly PreflightCheck[]
}

const titles: Record<PreflightCheck['group'], string> = {
  system: 'System',
  tools: 'Tools',
  config: 'Config',
  network: 'Network',
  targets: 'Targets',
  backup: 'Backup',
  certificates: 'Certificates',
  lock: 'Lock',
}

const rank = (check: PreflightCheck): number => (check.ok ? 2 : check.severity === 'error' ? 0 : 1)

/** Groups with failures stand first; within each the worst first. */
export function groupChecks(checks: readonly PreflightCheck[]): CheckGroup[] {
  return (Object.keys(titles) as PreflightCheck['group'][])
    .map((group) => {
      const own = checks.filter((check) => check.group === group).sort((a, b) => rank(a) - rank(b))
      const count = (at: number): number => own.filter((check) => rank(check) === at).length
      return { group, title: titles[group], failed: count(0), warned: count(1), checks: own }
    })
    .filter((group) => group.checks.length > 0)
    .sort((a, b) => Math.sign(b.failed) - Math.sign(a.failed) || Math.sign(b.warned) - Math.sign(a.warned))
}

/** "2 of 14 checks failed, 1 warns". */
export function preflightWords(preflight: Preflight): string {
  const failed = preflight.checks.filter((check) => rank(check) === 0).length
  const warned = preflight.checks.filter((check) => rank(check) === 1).length
  const warns = warned === 0 ? '' : `, ${warned} ${warned === 1 ? 'warns' : 'warn'}`
  if (failed === 0 && warned === 0)
    return preflight.checks.length === 1 ? 'The one check passed' : `All ${preflight.checks.length} checks passed`
  if (failed === 0) return `${preflight.checks.length - warned} of ${preflight.checks.length} checks passed${warns}`
  return `${failed} of ${preflight.checks.length} checks failed${warns}`
}

export const warnings = (preflight: Preflight): number => preflight.checks.filter((check) => rank(check) === 1).length
