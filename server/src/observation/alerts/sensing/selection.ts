import type { AlertRuleSpec, Service } from '@wheelhouse/contract'
import type { Subject } from './subject.ts'

export type Where = AlertRuleSpec['where']

const wordsOf = (text: string | undefined): string[] | null =>
  text === undefined
    ? null
    : text
        .split(',')
        .map((word) => word.trim())
        .filter((word) => word !== '')

/** What a rule looks at, of services and targets as they are named now. */
export class Selection {
  readonly #where: Where
  readonly #services: readonly string[] | null
  readonly #label: readonly [string, string | null] | null

  constructor(where: Where) {
    this.#where = where
    this.#services = wordsOf(where.service)
    const [key, ...rest] = (where.label ?? '').split('=')
    this.#label = key === undefined || key === '' ? null : [key, rest.length === 0 ? null : rest.join('=')]
  }

  /** True where it names nothing. */
  get isEverything(): boolean {
    const { service, stack, target, label } = this.#where
    return service === undefined && stack === undefined && target === undefined && label === undefined
  }

  service(service: Service): boolean {
    const { stack, target } = this.#where
    if (stack !== undefined && service.stack !== stack) return false
    if (target !== undefined && service.targetId !== target && service.targetName !== target) return false
    if (this.#label) {
      const [key, value] = this.#label
      const worn = service.labels[key]
      if (worn === undefined || (value !== null && worn !== value)) return false
    }
    return this.#services === null || this.#services.some((reference) => isCalled(service, reference))
  }

  /** Rules that name services, a stack or a label look at no target. */
  target({ id, name }: { readonly id: string; readonly name: string }): boolean {
    const { service, stack, target, label } = this.#where
    if (service !== undefined || stack !== undefined || label !== undefined) return false
    return target === undefined || target === id || target === name
  }

  /** For subjects that are no longer in the mirror, told by what is kept of them. */
  subject(subject: Subject, targetName: (id: string) => string | null): boolean {
    if (this.isEverything) return true
    const { stack, target } = this.#where
    if (this.#label !== null) return false
    if (stack !== undefined && subject.stack !== stack) return false
    if (target !== undefined) {
      if (subject.targetId === null) return false
      if (subject.targetId !== target && targetName(subject.targetId) !== target) return false
    }
    if (this.#services === null) return true
    const { name, serviceId } = subject
    return this.#services.some((reference) => {
      if (reference === name || reference === serviceId || reference === `${subject.stack}/${name}`) return true
      // A replica is called by its stack, its service and a number.
      const [of, service] = reference.split('/')
      return service !== undefined && subject.stack === of && name.startsWith(`${of}-${service}-`)
    })
  }
}

function isCalled(service: Service, reference: string): boolean {
  if (service.id === reference || service.name === reference) return true
  if (`${service.targetName}:${service.name}` === reference) return true
  if (service.stack !== null && reference === `${service.stack}/${service.stackService ?? service.name}`) return true
  return (
    /^[0-9a-f]{12,64}$/.test(reference) &&
    service.id.slice(service.targetId.length + 1).startsWith(reference.slice(0, 12))
  )
}
