import type { Deployment } from '@wheelhouse/contract'
import { expect, test } from 'vitest'
import { refused } from './engine-events.ts'

const ended = (errorCode: string): Deployment =>
  ({
    id: 'd1',
    stack: 'shop',
    requestedBy: 'trigger nightly',
    targets: [{ id: 'n1', name: 'n1' }],
    outcome: { stage: 'release', error: { errorCode, message: 'The policy forbids this stack: web runs privileged.' } },
  }) as unknown as Deployment

test('a run that the policy ended is told as a refusal, with where and why', () => {
  expect(refused(ended('POLICY_REFUSED'))).toMatchObject({
    type: 'policy.refused',
    actor: 'trigger nightly',
    targetId: 'n1',
    stack: 'shop',
    message: 'trigger nightly was refused deployments.start: The policy forbids this stack: web runs privileged.',
    data: { deploymentId: 'd1', stage: 'release', rules: ['The policy forbids this stack: web runs privileged.'] },
  })
})

test('any other end is none', () => {
  expect(refused(ended('HEALTH_FAILED'))).toBeNull()
  expect(refused({ ...ended('HEALTH_FAILED'), outcome: null })).toBeNull()
})
