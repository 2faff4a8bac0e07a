import { expect, test } from 'vitest'
import { specOfDraft } from './draft/to-spec.ts'
import { createPlan } from './plans.ts'

const planned = (environment: Record<string, string>): string =>
  createPlan(specOfDraft({ name: 'web', image: 'x', environment }), 'lab', []).digest

test('the digest of a plan tells nothing of a secret, and what is no secret apart', () => {
  expect(planned({ DB_PASSWORD: 'hunter2' })).toBe(planned({ DB_PASSWORD: 'another' }))
  expect(planned({ MODE: 'one' })).not.toBe(planned({ MODE: 'two' }))
})
