import { Failure, type NewEvent, type Place } from '@wheelhouse/contract'

export interface Refused {
  readonly actor: string
  /** What was asked for: an operation or a kind of job, such as `containers.create`. */
  readonly what: string
  readonly place: Place
  readonly serviceName?: string | null
  readonly data?: Readonly<Record<string, unknown>>
}

/**
 * What is told when the policy forbids something: who asked, what for, where, and the rules that spoke, each as its own sentence. Of the
 * request nothing else is repeated, so no value of it can be. Null for every other error.
 */
export function refusalEvent(error: unknown, { actor, what, place, serviceName, data }: Refused): NewEvent | null {
  const { code, message, details } = errorParts(error)
  if (code !== 'POLICY_REFUSED') return null
  const told = details.reasons ?? details.powers
  const rules = Array.isArray(told) ? told.filter((one): one is string => typeof one === 'string') : []
  return {
    type: 'policy.refused',
    severity: 'warning',
    actor,
    targetId: place.targetId ?? null,
    serviceId: place.serviceId ?? null,
    serviceName: serviceName ?? null,
    message: `${actor} was refused ${what}: ${message}`,
    data: { operation: what, rules: rules.length > 0 ? rules : [message], ...data },
  }
}

/** A job keeps of its error the code and the words alone. */
function errorParts(error: unknown): { code: string; message: string; details: Readonly<Record<string, unknown>> } {
  if (error instanceof Failure) return { code: error.code, message: error.message, details: error.details }
  const { errorCode = '', message = '' } = (error ?? {}) as { errorCode?: string; message?: string }
  return { code: errorCode, message, details: {} }
}
