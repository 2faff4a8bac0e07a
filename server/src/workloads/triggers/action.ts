import { Failure, type Permission, type TriggerAction } from '@wheelhouse/contract'
import { secretMark } from '@wheelhouse/platform/log'

/** What whoever makes or fires it must hold. The action asks for more where it knows of places. */
export const permissionFor = (action: TriggerAction): Permission =>
  action.do === 'deploy' ? 'deployments.run' : 'backups.manage'

/** As people may read it: variables and the text of a stack file hold secrets. */
export function shownAction(action: TriggerAction): TriggerAction {
  if (action.do !== 'deploy') return action
  const { variables, source } = action
  return {
    ...action,
    ...(source === undefined ? {} : { source: secretMark }),
    ...(variables === undefined
      ? {}
      : { variables: Object.fromEntries(Object.keys(variables).map((name) => [name, secretMark])) }),
  }
}

/**
 * An action that was shown and comes back: what was masked is as it was. Only for the one who gave it: others could have it
 * handed to a place of their own.
 */
export function withKept(given: TriggerAction, before: TriggerAction | null): TriggerAction {
  if (given.do !== 'deploy') return given
  const old = before?.do === 'deploy' ? before : null
  const kept = (field: string, value: string, known: string | undefined): string => {
    if (value !== secretMark) return value
    if (known === undefined)
      throw new Failure(
        'VALIDATION_FAILED',
        `action.${field}: it is hidden, and only its maker can keep it. Give it again.`,
        {
          field: 'action',
        },
      )
    return known
  }
  return {
    ...given,
    ...(given.source === undefined ? {} : { source: kept('source', given.source, old?.source) }),
    ...(given.variables === undefined
      ? {}
      : {
          variables: Object.fromEntries(
            Object.entries(given.variables).map(([name, value]) => [
              name,
              kept(`variables.${name}`, value, old?.variables?.[name]),
            ]),
          ),
        }),
  }
}
