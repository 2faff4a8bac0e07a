/** What a service and a source of kept lines have in common. */
export interface Named {
  readonly id: string
  readonly name: string
  readonly stack: string | null
  readonly stackService: string | null
  readonly targetId: string
  readonly targetName: string
}

export interface Which {
  readonly service?: string | undefined
  readonly stack?: string | undefined
  readonly target?: string | undefined
}

export const referencesIn = (text: string | undefined): string[] =>
  (text ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')

/** By id, also its start, by name, as `target:name`, or as one of the replicas of `stack/service`. */
export function isCalled(named: Named, reference: string): boolean {
  const { id, name, stack, stackService, targetId, targetName } = named
  if (id === reference || name === reference || `${targetName}:${name}` === reference) return true
  if (stackService !== null && `${stack}/${stackService}` === reference) return true
  return /^[0-9a-f]{12,64}$/.test(reference) && id.slice(targetId.length + 1).startsWith(reference)
}

/** Whether a service is one of those that are asked for; asked anew each time, as services come and go. */
export function meaning({ service, stack, target }: Which): (named: Named) => boolean {
  const references = referencesIn(service)
  return (named) =>
    (stack === undefined || named.stack === stack) &&
    (target === undefined || named.targetId === target || named.targetName === target) &&
    (references.length === 0 || references.some((reference) => isCalled(named, reference)))
}
