import { stackLabels } from '@wheelhouse/driver'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { readStack } from '../read-stack.ts'
import { codeOf, patience, SwarmHouse } from '../../swarm/testing/swarm-house.ts'

let own: SwarmHouse
beforeAll(async () => {
  own = await SwarmHouse.open()
})
afterAll(() => own.close())

const labels = { [stackLabels.namespace]: 'old' }

/** A service as `docker stack deploy` asks for it. */
const service = (name: string, image: string, Env: readonly string[]) => ({
  Name: `old_${name}`,
  Labels: { ...labels, [stackLabels.image]: image, team: 'shop' },
  TaskTemplate: {
    ContainerSpec: {
      Image: `${image}@sha256:${'a'.repeat(64)}`,
      Env,
      Labels: labels,
      Args: ['serve', '$HOME'],
      Isolation: 'default',
      Mounts: [{ Type: 'volume', Source: 'old_data', Target: '/data', VolumeOptions: { Labels: labels } }],
    },
    Resources: { Limits: { MemoryBytes: 64 * 1024 ** 2 } },
    Placement: { Constraints: ['node.role == worker'] },
    Networks: [{ Target: 'net-old_front', Aliases: [name, 'www'] }],
  },
  Mode: { Replicated: { Replicas: 2 } },
  EndpointSpec: { Ports: [{ Protocol: 'tcp', TargetPort: 80, PublishedPort: 8080, PublishMode: 'ingress' }] },
})

test('a stack of a Swarm is drafted, and adopted with no task made anew', async () => {
  own.cluster.networks.push({ Id: 'net-old_front', Name: 'old_front', Labels: labels })
  own.cluster.tell('network')
  await own.cluster.createService(service('web', 'web:1', ['API_TOKEN=very-secret-7', 'MODE=one']))
  const id = `${own.swarm}:old`
  const stacks = own.admin.stacks
  await vi.waitFor(async () => expect(await stacks.get({ id })).toMatchObject({ managed: false }), patience)
  const { source, kept, notes, directory } = await stacks.draft({ id })
  expect(kept).toEqual([{ service: 'web', variable: 'API_TOKEN' }])
  expect({ notes, directory }).toEqual({ notes: [], directory: null })
  expect(source).not.toContain('very-secret-7')
  const asked = { source, name: 'old', target: own.swarm, adopt: true }
  expect((await stacks.validate(asked)).problems.map(({ message }) => message).join()).not.toContain('left out')
  const planned = await stacks.plan(asked)
  expect(
    planned.steps.filter(({ verb }) => verb !== 'keep'),
    source,
  ).toEqual([])
  own.cluster.asked.length = 0
  const before = structuredClone([...own.cluster.services.values()])
  expect((await own.ended(await stacks.apply({ ...asked, digest: planned.digest }))).error).toBeNull()
  expect([...own.cluster.services.values()].map(({ Spec }) => Spec)).toEqual(before.map(({ Spec }) => Spec))
  expect(await stacks.get({ id })).toMatchObject({ managed: true, revision: 1 })
  expect((await stacks.revisions({ id })).items).toMatchObject([{ origin: 'adopt', state: 'applied' }])
  expect(await codeOf(stacks.draft({ id }))).toBe('STATE_CONFLICT')

  // Later it is changed like any other, with the value that was kept.
  const later = { ...asked, adopt: false, source: source.replace('MODE: one', 'MODE: two') }
  expect((await stacks.plan(later)).steps.filter(({ verb }) => verb !== 'keep')).toMatchObject([
    { verb: 'replace', name: 'web', reasons: ['environment MODE: one → two'] },
  ])
  expect((await own.ended(await stacks.apply(later))).error).toBeNull()
  const spec = [...own.cluster.services.values()].find(({ Spec }) => Spec.Name === 'old_web')!.Spec
  expect(spec.TaskTemplate.ContainerSpec!.Env).toEqual(['API_TOKEN=very-secret-7', 'MODE=two'])
  expect(await own.told()).not.toContain('very-secret-7')
})

const rich = `services:
  web:
    image: web:1
    entrypoint: [/entry]
    command: [serve, "$$HOME"]
    environment: { MODE: one, EMPTY: "" }
    labels: { tier: front, said: "" }
    hostname: "{{.Node.Hostname}}"
    stop_grace_period: 3s
    stop_signal: SIGINT
    init: false
    tty: true
    stdin_open: true
    read_only: true
    user: "1:1"
    group_add: ["7"]
    working_dir: /srv
    extra_hosts: ["db.lan:10.0.0.9", "v6.lan:fd00::1"]
    dns: [10.0.0.2]
    dns_search: [lan]
    dns_opt: ["ndots:1"]
    cap_add: [NET_ADMIN]
    cap_drop: [ALL]
    sysctls: { net.core.somaxconn: "1024" }
    ulimits: { nofile: { soft: 1024, hard: 2048 }, nproc: 7 }
    healthcheck: { test: ["CMD", "true"], interval: 2s, timeout: 20s, retries: 5, start_period: 1s, start_interval: 500ms }
    logging: { driver: json-file, options: { max-size: 1m } }
    networks: { front: { aliases: [www], driver_opts: { a: b } }, back: {} }
    volumes:
      - data:/data
      - scratch:/scratch:ro
      - { type: volume, source: own, target: /own, volume: { nocopy: true } }
      - { type: volume, source: theirs, target: /theirs }
      - { type: volume, target: /without-a-name }
      - { type: bind, source: /srv, target: /srv, bind: { propagation: rslave } }
      - { type: tmpfs, target: /fast, tmpfs: { size: 1048576, mode: 0o1777 } }
    ports: [{ target: 80, published: 8081, mode: host }, { target: 53, protocol: udp }]
    deploy:
      replicas: 2
      labels: { team: shop }
      placement: { constraints: ["node.role == worker"], preferences: [{ spread: node.labels.zone }], max_replicas_per_node: 1 }
      update_config: { parallelism: 0, delay: 100ms, monitor: 2s, failure_action: rollback, order: start-first, max_failure_ratio: 0.2 }
      rollback_config: { parallelism: 0, monitor: 1s, order: stop-first }
      restart_policy: { condition: on-failure, delay: 500ms, max_attempts: 3, window: 2s }
      resources:
        limits: { cpus: "0.5", memory: 64m, pids: 50 }
        reservations: { cpus: "0.01", memory: 8m, generic_resources: [{ discrete_resource_spec: { kind: gpu, value: 2 } }] }
  job:
    image: web:1
    deploy: { mode: replicated-job, replicas: 3, restart_policy: { condition: none } }
  agent:
    image: web:1
    networks: [back]
    deploy: { mode: global, endpoint_mode: dnsrr, resources: { limits: {} } }
networks:
  front: { attachable: true, internal: true, driver_opts: { com.docker.network.driver.mtu: "1400" }, labels: { of: shop } }
  back: { name: called-back }
volumes:
  data: { labels: { keep: "yes" } }
  scratch: { driver: local, driver_opts: { type: tmpfs, device: tmpfs } }
  own: { name: called-own }
  theirs: { external: true }
`

test('the file that is written says all that docker was asked for', async () => {
  const { rendered, problems } = readStack({ source: rich, name: 'rich', swarm: true })
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([])
  const idOf = (name: string): string => `net-${name}`
  for (const network of rendered!.resources) {
    if (network.kind !== 'network') continue
    const { name, internal: Internal, attachable: Attachable, options, labels: Labels } = network
    const Options = { ...options, 'com.docker.network.driver.overlay.vxlanid_list': '4099' }
    own.cluster.networks.push({ Id: idOf(name), Name: name, Driver: 'overlay', Internal, Attachable, Options, Labels })
  }
  own.cluster.tell('network')
  for (const { spec } of rendered!.workloads) {
    if (spec.kind !== 'swarm-service') continue
    const { TaskTemplate } = spec.native
    const Networks = (TaskTemplate.Networks ?? []).map((one) => ({ ...one, Target: idOf(one.Target ?? '') }))
    await own.cluster.createService({ ...spec.native, TaskTemplate: { ...TaskTemplate, Networks } })
  }
  const id = `${own.swarm}:rich`
  const stacks = own.admin.stacks
  await vi.waitFor(async () => expect((await stacks.get({ id })).services).toHaveLength(3), patience)
  const { source, notes } = await stacks.draft({ id })
  expect(notes).toEqual([])
  const asked = { source, name: 'rich', target: own.swarm, adopt: true }
  expect((await stacks.validate(asked)).problems.filter(({ message }) => !message.includes('is external'))).toEqual([])
  expect(
    (await stacks.plan(asked)).steps.filter(({ verb }) => verb !== 'keep'),
    source,
  ).toEqual([])
  const again = readStack({ source, name: 'rich', swarm: true }).rendered!
  const byName = <T extends { readonly name: string }>(all: readonly T[]): T[] =>
    all.toSorted((a, b) => a.name.localeCompare(b.name))
  expect(byName(again.resources)).toEqual(byName(rendered!.resources))
})
