import type { Trigger } from '@wheelhouse/contract'
import { knowsZone, upcoming } from './upcoming.ts'

type Action = Trigger['action']

/** What stands in the fields: text, as it was typed. */
export interface Draft {
  readonly kind: Trigger['kind']
  readonly name: string
  readonly does: Action['do']
  readonly directory: string
  readonly environment: string
  readonly cron: string
  readonly timezone: string
}
export type Wrong = { readonly [F in keyof Draft]?: string }

export const draftOf = (trigger: Trigger | null, zone: string): Draft => ({
  kind: trigger?.kind ?? 'schedule',
  name: trigger?.name ?? '',
  does: trigger?.action.do ?? 'deploy',
  directory: trigger?.action.directory ?? '',
  environment: trigger?.action.environment ?? '',
  cron: trigger?.cron ?? '30 3 * * *',
  timezone: trigger?.timezone ?? zone,
})

/** The action that the fields describe; what they do not show of the one before stays. */
export function actionOf(draft: Draft, before: Action | null): Action {
  const directory = draft.directory.trim()
  const environment = draft.environment.trim()
  const kept = before?.do === draft.does ? before : { do: draft.does }
  const { environment: _, ...rest } = { environment: undefined, ...kept }
  // One made from the text of a stack file has no folder.
  const where = { ...(directory === '' ? {} : { directory }), ...(environment === '' ? {} : { environment }) }
  return { ...rest, ...where } as Action
}

export function wrongOf(draft: Draft, before: Action | null): Wrong {
  const wrong: { -readonly [F in keyof Wrong]: Wrong[F] } = {}
  const hasSource = draft.does === 'deploy' && before?.do === 'deploy' && before.source !== undefined
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}$/.test(draft.name.trim()))
    wrong.name = 'Letters, digits, dots, dashes, such as shop-nightly.'
  if (!hasSource && !draft.directory.trim().startsWith('/'))
    wrong.directory = 'The folder that holds wheelhouse.yaml, such as /srv/shop.'
  if (draft.environment.trim() !== '' && !/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}$/.test(draft.environment.trim()))
    wrong.environment = 'As the manifest names it, such as production.'
  if (draft.kind === 'webhook') return wrong
  const found = upcoming(draft.cron, draft.timezone, new Date(), 1)
  if (!knowsZone(draft.timezone)) wrong.timezone = 'A zone such as Europe/Berlin or UTC.'
  else if ('wrong' in found) wrong.cron = found.wrong
  return wrong
}
