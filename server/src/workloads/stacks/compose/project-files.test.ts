import { expect, it } from 'vitest'
import { as, by, openStacks } from '../testing/stack-room.ts'
import { MemoryEngine } from '../testing/memory-engine.ts'
import { readStack } from '../read-stack.ts'

const source = 'name: shop\nservices: { web: { image: nginx, security_opt: ["seccomp:./profile.json"] } }\n'
const read = (files: Record<string, string>) => readStack({ source, files })

it('hands the engine the text of a seccomp profile, as Compose does', () => {
  const { rendered, problems } = read({ 'profile.json': '{ "defaultAction": "SCMP_ACT_ERRNO" }\n' })
  expect(problems).toEqual([])
  const spec = rendered?.workloads[0]?.spec
  expect(spec?.kind === 'container' && spec.securityOpt).toEqual(['seccomp={"defaultAction":"SCMP_ACT_ERRNO"}'])
  expect(read({ 'profile.json': '[]' }).problems[0]?.message).toContain('is no seccomp profile')
  expect(read({}).problems[0]?.message).toContain('was not sent along')
})

it('says which files a project needs, round by round, and holds a profile against the policy', async () => {
  const room = await openStacks([[new MemoryEngine(), 'unix:///x']])
  try {
    const text =
      'name: shop\ninclude: [parts/db.yaml]\nservices:\n  web: { extends: { file: base.yaml, service: web } }\n'
    const validate = (files: Record<string, string>, directory?: string) =>
      room.handlers.validate({ source: text, files, ...(directory ? { directory } : {}) }, by(as({})))
    expect((await validate({})).needs.toSorted()).toEqual(['base.yaml', 'parts/db.yaml'])
    const more = {
      'base.yaml': 'services: { web: { image: nginx, env_file: web.env } }\n',
      'parts/db.yaml': 'services: { db: { image: pg, env_file: ../db.env } }\n',
    }
    const second = await validate(more)
    expect(second.needs).toContain('web.env')
    const whole = await validate({ ...more, 'web.env': 'A=1\n', 'db.env': 'B=2\n' })
    expect(whole).toMatchObject({ ok: true, needs: [] })
    expect(whole.services.toSorted()).toEqual(['db', 'web'])
    expect((await validate({}, '/srv/shop')).needs.toSorted()).toEqual([
      '/srv/shop/base.yaml',
      '/srv/shop/parts/db.yaml',
    ])
    const files = { 'profile.json': '{}' }
    await expect(room.handlers.plan({ source, files }, by(as({})))).rejects.toMatchObject({
      code: 'POLICY_REFUSED',
      message: expect.stringContaining('sets the security option seccomp to a profile') as string,
    })
  } finally {
    await room.close()
  }
})

it('restarts who depends on what is made anew, where depends_on says so', async () => {
  const engine = new MemoryEngine()
  const room = await openStacks([[engine, 'unix:///x']])
  try {
    const shop = (image: string): string => `name: shop
services:
  db: { image: "${image}" }
  web: { image: nginx, depends_on: { db: { condition: service_started, restart: true } } }
  job: { image: nginx, depends_on: { db: { condition: service_started } } }
`
    await room.apply(shop('pg:1'))
    expect((await room.plan(shop('pg:1'))).counts).toEqual({ keep: 4, drifted: 0 })
    const plan = await room.plan(shop('pg:2'))
    expect(plan.warnings).toEqual([])
    expect(
      plan.steps.flatMap(({ kind, verb, name, reasons }) => (kind === 'service' ? [[verb, name, ...reasons]] : [])),
    ).toEqual([
      ['replace', 'db', 'image: pg:1 → pg:2'],
      ['change', 'web', 'restart: db is made anew'],
      ['keep', 'job'],
    ])
    engine.acts.length = 0
    expect((await room.apply(shop('pg:2'))).error).toBeNull()
    const acts = engine.acts.filter((act) => /^(create|restart)/.test(act))
    expect(acts).toEqual(['create shop-db-1', 'restart shop-web-1'])

    // Where it comes to nothing the old is back, and who was restarted for the new is restarted for the old.
    engine.acts.length = 0
    engine.refuses = (spec) => (spec.name === 'shop-late-1' ? 'It does not start.' : null)
    const failed = await room.apply(`${shop('pg:3')}  late: { image: nginx, depends_on: [web] }\n`)
    expect(failed.error?.message).toContain('The old db is back.')
    const tried = engine.acts.filter((act) => /^(start|restart)/.test(act))
    expect(tried.filter((act) => act === 'restart shop-web-1')).toHaveLength(2)
    expect(tried.lastIndexOf('restart shop-web-1')).toBeGreaterThan(tried.lastIndexOf('start shop-db-1'))
    expect(engine.row('shop-db-1')?.image).toBe('pg:2')
  } finally {
    await room.close()
  }
})
