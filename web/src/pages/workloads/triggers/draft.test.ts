import type { Trigger } from '@wheelhouse/contract'
import { expect, test } from 'vitest'
import { actionOf, draftOf, wrongOf } from './draft.ts'

test('what the fields do not show of an action stays, and goes with another kind of action', () => {
  const action: Trigger['action'] = { do: 'deploy', directory: '/srv/shop', environment: 'staging', force: true }
  const draft = { ...draftOf(null, 'UTC'), directory: ' /srv/blog ', environment: '' }
  expect(actionOf(draft, action)).toEqual({ do: 'deploy', directory: '/srv/blog', force: true })
  expect(actionOf({ ...draft, does: 'backup', environment: 'production' }, action)).toEqual({
    do: 'backup',
    directory: '/srv/blog',
    environment: 'production',
  })
})

test('each wrong field says what would work', () => {
  const draft = { ...draftOf(null, 'UTC'), name: 'shop nightly', directory: 'shop', cron: 'nope' }
  expect(Object.keys(wrongOf(draft, null))).toEqual(['name', 'directory', 'cron'])
  expect(Object.keys(wrongOf({ ...draft, kind: 'webhook' }, null))).toEqual(['name', 'directory'])
  expect(wrongOf({ ...draft, timezone: 'Mars' }, null).timezone).toContain('Europe/Berlin')
})
