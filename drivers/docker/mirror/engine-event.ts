/** One event of a container, as the engine tells it. */
export interface EngineEvent {
  readonly id: string
  readonly name: string
  /** The word before the colon: `exec_start: sh -c …` and `health_status: healthy` carry more in their action. */
  readonly action: string
  readonly detail: string
  readonly attributes: Readonly<Record<string, string>>
  /** ISO 8601. */
  readonly at: string
  /** Nanoseconds since 1970; a double keeps them to about 256 ns. */
  readonly timeNano: number
}

/** What the mirror listens to. The engine then leaves out exec, attach and copy, which a health check repeats for ever. */
export const heardActions = [
  'create',
  'start',
  'restart',
  'die',
  'kill',
  'stop',
  'oom',
  'pause',
  'unpause',
  'rename',
  'update',
  'health_status',
  'destroy',
  'connect',
  'disconnect',
  'remove',
] as const

/** What changes the list of images. A build without a name and a commit of a container tell no event of an image. */
export const imageActions = ['delete', 'import', 'load', 'pull', 'push', 'tag', 'untag', 'commit'] as const

/** True where the list of images may be another than before. */
export function concernsImages(raw: unknown): boolean {
  if (typeof raw !== 'object' || raw === null) return false
  const { Type, Action } = raw as { Type?: unknown; Action?: unknown }
  return Type === 'image' || Action === 'commit'
}

/** An event about a network or a volume; `container` is who joined or left. */
export interface ResourceEvent {
  readonly of: 'network' | 'volume'
  readonly container: string | null
}

/** Null for anything that is not about a network or a volume. */
export function readResourceEvent(raw: unknown): ResourceEvent | null {
  if (typeof raw !== 'object' || raw === null) return null
  const { Type, Actor } = raw as {
    Type?: unknown
    Actor?: { Attributes?: Record<string, string> | null } | null
  }
  if (Type !== 'network' && Type !== 'volume') return null
  return { of: Type, container: Actor?.Attributes?.container ?? null }
}

/** Null for anything that is not about a container. */
export function readEvent(raw: unknown): EngineEvent | null {
  if (typeof raw !== 'object' || raw === null) return null
  const { Type, Action, Actor, time, timeNano } = raw as {
    Type?: unknown
    Action?: unknown
    Actor?: { ID?: unknown; Attributes?: Record<string, string> | null } | null
    time?: number
    timeNano?: number
  }
  if ((Type !== undefined && Type !== 'container') || typeof Action !== 'string' || typeof Actor?.ID !== 'string')
    return null
  const attributes = Actor.Attributes ?? {}
  const nano = timeNano ?? (time ?? 0) * 1e9
  const colon = Action.indexOf(':')
  return {
    id: Actor.ID,
    name: attributes.name ?? Actor.ID.slice(0, 12),
    action: (colon === -1 ? Action : Action.slice(0, colon)).trim(),
    detail: colon === -1 ? '' : Action.slice(colon + 1).trim(),
    attributes,
    at: new Date(Math.round(nano / 1e6)).toISOString(),
    timeNano: nano,
  }
}

/** A time as `since` and `until` take it: seconds, a dot, nine digits. */
export function engineTime(nano: number): string {
  const seconds = Math.floor(nano / 1e9)
  return `${seconds}.${String(Math.max(0, Math.floor(nano - seconds * 1e9))).padStart(9, '0')}`
}
