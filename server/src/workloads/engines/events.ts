import type { EngineEvent } from '@wheelhouse/contract'
import { isSecretKey } from '@wheelhouse/platform/log'

export type ToldEvent = Omit<EngineEvent, 'targetId'>

/** Actions such as `exec_start: sh -c …` carry a command line, which may hold what only its caller should know. */
const withoutCommand = (action: string): string => {
  const colon = action.startsWith('exec_') ? action.indexOf(':') : -1
  return colon < 0 ? action : action.slice(0, colon)
}

/** An event as it may be shown: no command lines, and no labels whose names speak of secrets. */
export function shownEvent(targetId: string, event: ToldEvent): EngineEvent {
  const attributes = Object.entries(event.attributes).map(([key, value]): [string, string] => [
    key,
    value !== '' && isSecretKey(key) ? '[secret]' : value,
  ])
  return { ...event, targetId, action: withoutCommand(event.action), attributes: Object.fromEntries(attributes) }
}

export interface EventFilter {
  readonly types?: string | undefined
  readonly actions?: string | undefined
  readonly q?: string | undefined
}

/** The words of a comma-separated list. */
export const wordsOf = (list: string | undefined): string[] =>
  (list ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')

/** `health_status` means each of its states as well, `health_status: healthy` only the one. */
const means = (wanted: string, action: string): boolean => action === wanted || action.startsWith(`${wanted}:`)

/** Whether an event is asked for: one of the types, one of the actions, and the text in its name, id or image. */
export function eventFilter({ types, actions, q }: EventFilter): (event: ToldEvent) => boolean {
  const [ofTypes, ofActions, text] = [new Set(wordsOf(types)), wordsOf(actions), q?.toLowerCase() ?? '']
  return (event) =>
    (ofTypes.size === 0 || ofTypes.has(event.type)) &&
    (ofActions.length === 0 || ofActions.some((wanted) => means(wanted, event.action))) &&
    (text === '' || `${event.name ?? ''} ${event.actorId} ${event.attributes.image ?? ''}`.toLowerCase().includes(text))
}
