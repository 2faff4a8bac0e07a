import type { Job } from '@wheelhouse/contract'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { codeOf, patience, SwarmHouse } from '../../swarm/testing/swarm-house.ts'

let own: SwarmHouse
beforeAll(async () => {
  own = await SwarmHouse.open()
})
afterAll(() => own.close())

interface Asked {
  readonly source: string
  readonly files?: Record<string, string>
  readonly services?: string[]
}
const file = (asked: Asked, name: string) => ({ target: own.swarm, name, directory: '/srv/shop', ...asked })
const plan = (name: string, asked: Asked) => own.admin.stacks.plan(file(asked, name))
const apply = async (name: string, asked: Asked): Promise<Job> =>
  own.ended(await own.admin.stacks.apply(file(asked, name)))
const specOf = (name: string) => [...own.cluster.services.values()].find(({ Spec }) => Spec.Name === name)?.Spec
const idOf = (name: string) => [...own.cluster.services.values()].find(({ Spec }) => Spec.Name === name)?.ID
const steps = (of: { steps: readonly { verb: string; kind: string; name: string }[] }): string[] =>
  of.steps.map(({ verb, kind, name }) => `${verb} ${kind} ${name}`)

const shop = (web = 'web:1', more = ''): string => `
services:
  web:
    image: ${web}
    networks: [front]
    secrets: [token]
    configs: [{ source: page, target: /www/index.html }]
    environment: { MODE: one, API_TOKEN: very-secret-7 }
    deploy:
      replicas: 2
      labels: { team: shop }
      placement: { constraints: [node.role == worker] }
      update_config: { order: start-first, failure_action: rollback }
      resources: { limits: { cpus: "0.5", memory: 64m } }
  worker:
    image: worker:1
    depends_on: [web]
    networks: [front]
${more}
networks: { front: {} }
secrets: { token: { file: token.txt } }
configs: { page: { content: hello } }
`
const files = { 'token.txt': 'first-value' }

describe('a stack on a Swarm', () => {
  test('is planned and applied: networks, secrets, configs, then services by what they need', async () => {
    const planned = await plan('shop', { source: shop(), files })
    expect(steps(planned)).toEqual([
      'create network shop_front',
      'create secret shop_token',
      'create config shop_page',
      'create service web',
      'create service worker',
    ])
    own.cluster.asked.length = 0
    const job = await apply('shop', { source: shop(), files })
    expect(job.error).toBeNull()
    expect(own.cluster.asked.filter((what) => !what.startsWith('rotate'))).toEqual([
      'network shop_front',
      'createObject shop_token',
      'createObject shop_page',
      'bring shop_web: create',
      'bring shop_worker: create',
    ])
    expect(specOf('shop_web')).toMatchObject({
      Labels: { 'com.docker.stack.namespace': 'shop', 'com.docker.stack.image': 'web:1', team: 'shop' },
      Mode: { Replicated: { Replicas: 2 } },
      UpdateConfig: { Order: 'start-first', FailureAction: 'rollback', Parallelism: 1 },
      TaskTemplate: {
        Placement: { Constraints: ['node.role == worker'] },
        Resources: { Limits: { NanoCPUs: 5e8, MemoryBytes: 64 * 1024 ** 2 } },
        Networks: [{ Target: 'net-shop_front', Aliases: ['web'] }],
        ContainerSpec: {
          Env: ['API_TOKEN=very-secret-7', 'MODE=one'],
          Secrets: [{ SecretName: 'shop_token', File: { Name: 'token', Mode: 0o444 } }],
          Configs: [{ ConfigName: 'shop_page', File: { Name: '/www/index.html' } }],
        },
      },
    })
    const again = await plan('shop', { source: shop(), files })
    expect(again.counts).toMatchObject({ keep: 5 })
    expect(again.summary).toContain('Nothing changes')
    const stack = (await own.admin.stacks.list({ target: own.swarm })).items.find(({ name }) => name === 'shop')
    expect(stack).toMatchObject({ managed: true, format: 'compose', state: 'running', revision: 1 })
    expect(stack?.services.map(({ name }) => name)).toEqual(['web', 'worker'])
    expect(await own.told()).not.toContain('very-secret-7')
    expect(await own.told()).not.toContain('first-value')
  })

  test('shows what differs in words, without values that are secret', async () => {
    const source = shop('web:2').replace('very-secret-7', 'very-secret-8').replace('replicas: 2', 'replicas: 3')
    const planned = await plan('shop', { source, files: { 'token.txt': 'second-value' } })
    const web = planned.steps.find(({ name }) => name === 'web')
    expect(web).toMatchObject({ verb: 'replace' })
    expect(web?.reasons).toEqual(
      expect.arrayContaining(['image: web:1 → web:2', 'environment API_TOKEN changed', 'tasks: 2 tasks → 3 tasks']),
    )
    expect(web?.reasons.join()).toMatch(/secret token: shop_token → shop_token-[0-9a-f]{10}/)
    expect(JSON.stringify(planned)).not.toMatch(/very-secret|second-value/)
  })

  test('a new value of a secret is a new object, its users are moved, and the old one goes when nothing can go back to it', async () => {
    expect((await apply('shop', { source: shop(), files: { 'token.txt': 'second-value' } })).error).toBeNull()
    const [used] = specOf('shop_web')!.TaskTemplate.ContainerSpec!.Secrets!
    expect(used!.SecretName).toMatch(/^shop_token-[0-9a-f]{10}$/)
    const names = (): string[] => [...own.cluster.secrets.values()].map(({ Spec }) => Spec.Name)
    expect(names()).toContain('shop_token')
    const changed = shop().replace('MODE: one', 'MODE: two')
    expect((await apply('shop', { source: changed, files: { 'token.txt': 'second-value' } })).error).toBeNull()
    expect(names()).toEqual([used!.SecretName])
  })

  test('goes back as one when one service does not come up, with the reason of its task', async () => {
    const before = [specOf('shop_web'), specOf('shop_worker')]
    const source = shop('web:2').replace('worker:1', 'broken:2').concat('volumes: {}\n')
    const job = await apply('shop', { source, files: { 'token.txt': 'third-value' } })
    expect(job.state).toBe('failed')
    expect(job.error?.message).toContain('All of shop is back to what it was.')
    expect([specOf('shop_web'), specOf('shop_worker')]).toEqual(before)
    expect([...own.cluster.secrets.values()].map(({ Spec }) => Spec.Name)).toHaveLength(1)
    expect(job.steps.find(({ name }) => name === 'web back')).toMatchObject({
      state: 'done',
      message: 'it is as it was',
    })
    const stack = await own.admin.stacks.get({ id: `${own.swarm}:shop` })
    expect(stack.services.map(({ image }) => image?.split('@')[0])).toContain('web:1')
  })

  test('an earlier revision is returned to, with the values that its secrets had', async () => {
    const id = `${own.swarm}:shop`
    const { items } = await own.admin.stacks.revisions({ id })
    const first = items.at(-1)!.revision
    const diff = await own.admin.stacks.diff({ id, from: first })
    expect(JSON.stringify(diff)).not.toMatch(/first-value|second-value|third-value/)
    expect(diff.changes.find(({ kind, name }) => kind === 'secret' && name === 'shop_token')?.reasons).toEqual([
      'its value is another',
    ])
    expect((await own.ended(await own.admin.stacks.return({ id, to: first }))).error).toBeNull()
    const [used] = specOf('shop_web')!.TaskTemplate.ContainerSpec!.Secrets!
    expect(own.cluster.values.get(used!.SecretID)).toBe('first-value')
    expect(specOf('shop_web')!.TaskTemplate.ContainerSpec!.Env).toContain('MODE=one')
  })

  test('what was not there before is removed again', async () => {
    const source = 'services: { ok: { image: "web:1" }, bad: { image: "broken:1", depends_on: [ok] } }'
    // Of a stand-in, one that is made at once comes up whatever its image.
    own.cluster.settle = ((settle) => async (id, options, signal) => {
      const settled = await settle.call(own.cluster, id, options, signal)
      return settled.service && JSON.stringify(settled.service).includes('broken:1')
        ? {
            ...settled,
            state: 'paused',
            message: 'fresh_bad is held; it ended with exit code 3.',
            reason: 'exit code 3',
          }
        : settled
    })(own.cluster.settle.bind(own.cluster))
    const job = await apply('fresh', { source })
    expect(job.error?.message).toContain('it ended with exit code 3')
    expect(idOf('fresh_ok')).toBeUndefined()
    expect(idOf('fresh_bad')).toBeUndefined()
    expect(own.cluster.networks.map(({ Name }) => Name)).not.toContain('fresh_default')
  })

  test('one that docker made is found, taken over without a change, and left alone where it is not in the file', async () => {
    const labels = { 'com.docker.stack.namespace': 'theirs' }
    const template = {
      ContainerSpec: {
        Image: 'web:1@sha256:'.padEnd(77, 'a'),
        Labels: labels,
        Privileges: { NoNewPrivileges: false },
        Isolation: 'default',
      },
      Resources: { Limits: {}, Reservations: {} },
      Placement: { Platforms: [{ Architecture: 'amd64', OS: 'linux' }] },
      Networks: [{ Target: 'net-theirs_default', Aliases: ['web'] }],
      ForceUpdate: 0,
      Runtime: 'container',
    }
    own.cluster.networks.push({ Id: 'net-theirs_default', Name: 'theirs_default', Labels: labels })
    for (const name of ['web', 'other'])
      await own.cluster.createService({
        Name: `theirs_${name}`,
        Labels: { ...labels, 'com.docker.stack.image': 'web:1' },
        TaskTemplate: { ...template, Networks: [{ Target: 'net-theirs_default', Aliases: [name] }] },
        Mode: { Replicated: { Replicas: 1 } },
        EndpointSpec: { Mode: 'vip' },
      })
    own.cluster.tell('network', 'service')
    await vi.waitFor(async () => {
      const { items } = await own.admin.stacks.list({ target: own.swarm })
      expect(items.find(({ name }) => name === 'theirs')).toMatchObject({ managed: false, format: 'compose' })
    }, patience)
    const source = 'services: { web: { image: "web:1" } }'
    const planned = await plan('theirs', { source })
    expect(steps(planned)).toEqual(['keep network theirs_default', 'keep service web'])
    expect(planned.warnings.join()).toContain('theirs_other carries the name of this stack')
    const before = specOf('theirs_web')
    expect((await apply('theirs', { source })).error).toBeNull()
    expect(specOf('theirs_web')).toBe(before)
    expect(idOf('theirs_other')).toBeDefined()
    expect(await own.admin.stacks.get({ id: `${own.swarm}:theirs` })).toMatchObject({ managed: true })
  })

  test('is removed with its secrets, configs and networks', async () => {
    const planned = await own.admin.stacks.remove.plan({ id: `${own.swarm}:shop` })
    expect(steps(planned)).toEqual([
      'remove service shop_web',
      'remove service shop_worker',
      // And the one that web could still go back to.
      expect.stringMatching(/^remove secret shop_token/),
      expect.stringMatching(/^remove secret shop_token/),
      'remove config shop_page',
      'remove network shop_front',
    ])
    const job = await own.ended(await own.admin.stacks.remove({ id: `${own.swarm}:shop` }))
    expect(job.error).toBeNull()
    expect([...own.cluster.services.values()].filter(({ Spec }) => Spec.Name.startsWith('shop_'))).toEqual([])
    expect(own.cluster.networks.map(({ Name }) => Name)).not.toContain('shop_front')
    expect([...own.cluster.secrets.values(), ...own.cluster.configs.values()].map(({ Spec }) => Spec.Name)).toEqual([])
  })

  test('what is external must be there, and a service keeps its mode and its stack', async () => {
    const missing = 'services: { web: { image: a, networks: [out] } }\nnetworks: { out: { external: true } }'
    await expect(plan('ext', { source: missing })).rejects.toThrow('no network "out"')
    const external = 'services: { web: { image: a, secrets: [k] } }\nsecrets: { k: { external: true } }'
    await expect(plan('ext', { source: external })).rejects.toThrow('no secret "k"')
    const mode = 'services: { web: { image: "web:1", deploy: { mode: global } } }'
    await expect(plan('theirs', { source: mode })).rejects.toThrow('keeps its mode')
    await own.create('solo_web')
    expect(await codeOf(plan('solo', { source: 'services: { web: { image: a } }' }))).toBe('STACK_INVALID')
  })

  test('the policy judges its services', async () => {
    const source = (line: string): string => `services: { web: { image: a, ${line} } }`
    const asDeveloper = (line: string) => own.developer.stacks.plan(file({ source: source(line) }, 'mine'))
    await expect(asDeveloper('volumes: ["/etc:/host"]')).rejects.toThrow('mounts /etc of the host')
    await expect(asDeveloper('cap_add: [NET_ADMIN]')).rejects.toThrow('adds the capability')
    await expect(asDeveloper('sysctls: { kernel.shmmax: 1 }')).rejects.toThrow('sets kernel.shmmax')
    await expect(
      own.developer.stacks.plan(
        file({ source: `${source('networks: [h]')}\nnetworks: { h: { external: true, name: host } }` }, 'mine'),
      ),
    ).rejects.toThrow('network of the host')
    await expect(
      own.developer.stacks.plan(
        file({ source: `${source('volumes: ["d:/d"]')}\nvolumes: { d: { driver: rexray } }` }, 'mine'),
      ),
    ).rejects.toThrow('driver')
    expect(await codeOf(asDeveloper('user: app'))).toBe('ok')
  })
})
