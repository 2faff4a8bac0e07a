// The X.509 library keeps notes on its classes through these three functions, and refuses to load without them.
const notes = new WeakMap<object, Map<unknown, unknown>>()

const own = (key: unknown, target: object): unknown => notes.get(target)?.get(key)

function inherited(key: unknown, target: object): unknown {
  for (let at: object | null = target; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    const found = own(key, at)
    if (found !== undefined) return found
  }
  return undefined
}

function define(key: unknown, value: unknown, target: object): void {
  const kept = notes.get(target) ?? new Map<unknown, unknown>()
  notes.set(target, kept.set(key, value))
}

if (!('getMetadata' in Reflect)) {
  Object.assign(Reflect, { getMetadata: inherited, getOwnMetadata: own, defineMetadata: define })
}
