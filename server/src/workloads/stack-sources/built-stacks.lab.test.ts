import { randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Client } from '@wheelhouse/client'
import type { Job, Service } from '@wheelhouse/contract'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openTestHouse, type TestHouse } from '../../../../test/fixtures/house.ts'
import { suite, where } from '../../../../test/needs.ts'
import { GitHost } from './testing/git-host.ts'

const name = `wh-built-${process.pid}`
const dockerfile = (more = ''): string =>
  `FROM lab/busybox:1\nARG COLOUR=plain\nCOPY . /site\nRUN echo "painted $COLOUR" > /site/colour && ls -a /site\n${more}CMD ["sleep", "600"]\n`
const compose = (more = ''): string => `services:
  web:
    build: { context: ../app, args: { COLOUR: "\${COLOUR:-green}" }, network: none }
    init: true
    stop_grace_period: 1s
  note:
    image: example.invalid/note:1
    build:
      context: ..
      network: none
      dockerfile_inline: |
        FROM lab/busybox:1
        COPY app/page.html /page.html
        CMD ["sleep", "600"]
    init: true
    stop_grace_period: 1s
${more}`

suite('stacks whose images are built from their repository', ['docker'], () => {
  let host: GitHost
  let house: TestHouse
  let admin: Client
  beforeAll(async () => {
    host = await GitHost.open()
    house = await openTestHouse({ engine: where('docker') })
    admin = house.admin
    const state = async () => (await admin.targets.list({})).items.find(({ kind }) => kind === 'docker')?.state
    await vi.waitFor(async () => expect(await state()).toBe('connected'), { timeout: 60_000 })
    await host.commit('First', {
      'deploy/compose.yaml': compose(),
      'app/Dockerfile': dockerfile(),
      'app/.dockerignore': 'hidden.txt\n',
      'app/hidden.txt': 'not for the image',
      'app/page.html': 'one',
      'app/link': '-> page.html',
      // Larger than what is fetched to read a stack file.
      'app/large.bin': randomBytes(1_500_000),
      'elsewhere.txt': 'beside it',
    })
  }, 120_000)
  afterAll(async () => {
    const { connection } = registry().mirror('docker')
    await ended(await admin.stacks.remove({ id: name, volumes: true })).catch(() => undefined)
    for (const image of await built()) await connection.removeImage?.(image)
    await house.close()
    host.close()
  }, 120_000)

  const registry = () => house.house.domains.targets.registry
  const ended = async ({ id }: Pick<Job, 'id'>): Promise<Job> =>
    vi.waitFor(
      async () => {
        const job = await admin.jobs.get({ id })
        expect(job.finishedAt).not.toBeNull()
        return job
      },
      { timeout: 120_000, interval: 50 },
    )
  const sync = async () => ended(await admin.stackSources.sync({ id: `docker:${name}` }))
  /** Names of what was built for this stack and is on the engine. */
  const built = async () =>
    (await registry().mirror('docker').connection.images!.list())
      .flatMap(({ tags }) => tags)
      .filter((tag) => tag.startsWith(`wheelhouse/${name}/`))
      .toSorted()
  const service = (of: string): Service | undefined =>
    [...registry().mirror('docker').services.values()].find((one) => one.name === `${name}-${of}-1`)
  const inside = async (of: string, ...argv: string[]): Promise<string> => {
    const done = await admin.services.exec({ id: service(of)!.id, argv })
    return done.stdout + done.stderr
  }

  test(
    'they are built on the target from the tree that was fetched, once for the same content, with their log in the job',
    { timeout: 240_000 },
    async () => {
      const place = { name, target: 'docker', url: host.url, path: 'deploy/compose.yaml', pollSeconds: null }
      await admin.stackSources.connect(place)
      expect(await built()).toEqual([])
      const plan = await admin.stackSources.sync.plan({ id: name })
      const [note, web] = plan.steps.filter(({ kind }) => kind === 'image')
      expect([note?.verb, web?.verb]).toEqual(['create', 'create'])
      expect(plan.steps.find(({ reasons }) => reasons.includes('web is built from app'))).toBeDefined()
      expect(plan.warnings).toContain('note is built, so example.invalid/note:1 is neither pulled nor made.')

      const first = await ended(await admin.stackSources.sync({ id: name, digest: plan.digest }))
      expect(first.error).toBeNull()
      const log = first.steps.find(({ name: step }) => /^web: 4\/\d+ RUN/.test(step))
      expect(log).toMatchObject({ state: 'done' })
      expect(log?.message).toContain('large.bin')
      expect(log?.message).not.toContain('hidden.txt')
      const images = await built()
      expect(images).toHaveLength(2)
      expect(images[1]).toMatch(/\/web:[0-9a-f]{16}$/)
      expect(service('web')).toMatchObject({ state: 'running', image: images[1] })
      expect(await inside('web', 'cat', '/site/colour')).toBe('painted green\n')
      expect(await inside('web', 'sh', '-c', 'cat /site/link; wc -c < /site/large.bin')).toBe('one1500000\n')
      expect(await inside('web', 'ls', '/site')).not.toContain('hidden')
      expect(await inside('note', 'cat', '/page.html')).toBe('one')
      expect(readdirSync(join(house.data, 'git'))).toEqual([])

      // What is beside the context changes, so the commit does, and the image of web does not.
      const before = service('web')!.id
      await host.commit('Beside', { 'elsewhere.txt': 'other', 'deploy/compose.yaml': compose('# told\n') })
      const second = await sync()
      expect(second.error).toBeNull()
      expect(second.steps.find(({ name: step }) => step === 'web: image')?.message).toContain('was built before')
      expect(service('web')!.id).toBe(before)
      expect((await built()).filter((tag) => tag.includes('/web:'))).toEqual([images[1]])

      await host.commit('Page', { 'app/page.html': 'two' })
      expect((await sync()).error).toBeNull()
      expect(await inside('web', 'cat', '/site/page.html')).toBe('two')
      expect((await built()).filter((tag) => tag.includes('/web:'))).toHaveLength(2)

      // Back to what it was: nothing is built.
      await host.commit('Page back', { 'app/page.html': 'one', 'elsewhere.txt': 'other' })
      const back = await admin.stackSources.sync.plan({ id: name })
      const webAgain = back.steps.find(({ name: image }) => image === images[1])
      expect(webAgain).toMatchObject({ verb: 'keep', reasons: ['it was built before'] })
      expect((await sync()).error).toBeNull()
      expect(service('web')).toMatchObject({ image: images[1], state: 'running' })
    },
  )

  test(
    'a build that fails leaves what runs alone, and says why with its last lines',
    { timeout: 120_000 },
    async () => {
      const before = service('web')!.id
      await host.commit('Broken', { 'app/Dockerfile': dockerfile('RUN echo almost there && exit 7\n') })
      const job = await sync()
      expect(job.error?.message).toMatch(/was not built\. The engine says: .*returned a non-zero code: 7/)
      expect(job.error?.message).toContain('almost there')
      expect(job.steps.find(({ name: step }) => /^web: 5\/\d+ RUN/.test(step))).toMatchObject({ state: 'failed' })
      expect(service('web')).toMatchObject({ id: before, state: 'running' })
      expect(await admin.stackSources.get({ id: name })).toMatchObject({ lastResult: 'failed' })
    },
  )
})
