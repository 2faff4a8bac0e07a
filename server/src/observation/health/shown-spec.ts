import { Failure, type HealthCheckSpec } from '@wheelhouse/contract'
import { secretMark } from '@wheelhouse/platform/log'

const credentials = /^([a-z]+:\/\/)[^/?#]*@/i

/** A check as it may be shown to all who see the service: without what signs in. */
export function shownSpec(spec: HealthCheckSpec): HealthCheckSpec {
  return 'url' in spec ? { ...spec, url: spec.url.replace(credentials, `$1${secretMark}@`) } : spec
}

/** What is asked, in one line: an address, a queue; of a command its program alone, as arguments may hold what is nobody's business. */
export function subjectOf(spec: HealthCheckSpec): string {
  const shown = shownSpec(spec)
  if ('url' in shown) return shown.url.replace(/[?#].*$/s, '')
  if (shown.kind === 'command') return shown.argv[0] ?? ''
  const place = `${shown.host.includes(':') ? `[${shown.host}]` : shown.host}:${shown.port}`
  if (shown.kind === 'tcp') return place
  return shown.kind === 'queue' ? `${shown.pending} at ${shown.engine} ${place}` : `${shown.engine} ${place}`
}

/** Throws where an address holds a user name or password: a check is shown to many. */
export function refuseCredentials(spec: HealthCheckSpec): void {
  if ('url' in spec && credentials.test(spec.url))
    throw new Failure(
      'VALIDATION_FAILED',
      `checks: the address of "${spec.name}" holds a user name or password, and checks are shown to all who see the service. Check an address that needs none, or use a command.`,
      { field: 'checks' },
    )
}
