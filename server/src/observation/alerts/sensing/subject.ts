import type { Event, Service, Target } from '@wheelhouse/contract'

/** What an alert is about. `key` stays when a container is made anew under its name. */
export interface Subject {
  readonly key: string
  readonly kind: 'service' | 'target' | 'stack' | 'house'
  readonly name: string
  readonly serviceId: string | null
  readonly targetId: string | null
  readonly stack: string | null
}

const keyOf = (kind: string, ...parts: readonly (string | null)[]): string => `${kind}:${JSON.stringify(parts)}`

export const serviceSubject = ({
  id,
  name,
  targetId,
  stack,
}: Pick<Service, 'id' | 'name' | 'targetId' | 'stack'>): Subject => ({
  key: keyOf('service', targetId, stack, name),
  kind: 'service',
  name,
  serviceId: id,
  targetId,
  stack,
})

export const targetSubject = ({ id, name }: Pick<Target, 'id' | 'name'>): Subject => ({
  key: keyOf('target', id),
  kind: 'target',
  name,
  serviceId: null,
  targetId: id,
  stack: null,
})

export const stackSubject = (stack: string, targetId: string | null, environment: string | null = null): Subject => ({
  key: keyOf('stack', stack, targetId, environment),
  kind: 'stack',
  name: environment === null ? stack : `${stack} (${environment})`,
  serviceId: null,
  targetId,
  stack,
})

export const houseSubject = (name = 'Wheelhouse'): Subject => ({
  key: keyOf('house', name),
  kind: 'house',
  name,
  serviceId: null,
  targetId: null,
  stack: null,
})

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

/** What an event is about: the nearest thing it names. */
export function subjectOfEvent(event: Event, targetName: (id: string) => string | null): Subject {
  const { serviceId, serviceName, targetId, stack, data } = event
  if (serviceId !== null && targetId !== null)
    return serviceSubject({ id: serviceId, name: serviceName ?? serviceId, targetId, stack })
  // A run is of a stack and its environment, wherever it was brought to.
  if (stack !== null) return stackSubject(stack, null, text(data.environment))
  if (targetId !== null) return targetSubject({ id: targetId, name: targetName(targetId) ?? targetId })
  return houseSubject(text(data.name) ?? undefined)
}
