import { expect, test } from 'vitest'
import { specOfDraft } from './draft/to-spec.ts'
import { createPlan, differences } from './plans.ts'

const planned = (environment: Record<string, string>): string =>
  createPlan(specOfDraft({ name: 'web', image: 'x', environment }), 'lab', []).digest

test('the digest of a plan tells nothing of a secret, and what is no secret apart', () => {
  expect(planned({ DB_PASSWORD: 'hunter2' })).toBe(planned({ DB_PASSWORD: 'another' }))
  expect(planned({ MODE: 'one' })).not.toBe(planned({ MODE: 'two' }))
})

test('what says the same is no difference, in whatever order it is said', () => {
  const spec = specOfDraft({ name: 'web', image: 'x', ports: [{ host: '127.0.0.1', hostPort: 18850, port: 80 }] })
  const [port] = spec.ports
  expect(port).toBeDefined()
  const turned = Object.fromEntries(Object.entries(port!).toReversed()) as unknown as NonNullable<typeof port>
  expect(differences(spec, { ...spec, ports: [turned] })).toEqual([])
  expect(differences(spec, { ...spec, ports: [{ ...turned, port: 81 }] })).toHaveLength(1)
})
