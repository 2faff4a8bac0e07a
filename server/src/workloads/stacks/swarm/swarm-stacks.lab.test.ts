import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Client } from '@wheelhouse/client'
import type { Job } from '@wheelhouse/contract'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import * as nodes from '../../../../../test/docker/swarm-of-nodes.ts'
import { openTestHouse, type TestHouse } from '../../../../../test/fixtures/house.ts'
import { suite, where } from '../../../../../test/needs.ts'

const patience = { timeout: 90_000, interval: 250 }
const long = { timeout: 240_000 }
const run = promisify(execFile)

interface Native {
  readonly ID: string
  readonly UpdateStatus?: { readonly State: string }
  readonly Spec: {
    readonly Name: string
    readonly TaskTemplate: {
      readonly ContainerSpec: { readonly Image: string; readonly Env?: readonly string[] }
      readonly Placement: { readonly Platforms?: unknown }
    }
  }
}

/** One after the other: they share the three machines, and each begins with what the one before has left. */
suite(
  'stacks on a Swarm of the three nodes',
  ['swarm', 'n1', 'n2', 'n3', 'compose', 'nodesRegistry', 'registryLogin'],
  () => {
    let house: TestHouse
    let admin: Client
    let swarm: string
    let folder: string
    const mark = Math.random().toString(36).slice(2, 7)
    const image = (): string => `${where('nodesRegistry')}/lab/web:1`
    beforeAll(async () => {
      await nodes.formSwarm(['n1', 'n2', 'n3'])
      folder = mkdtempSync(join(tmpdir(), 'wh-swarm-stacks-'))
      house = await openTestHouse()
      admin = house.admin
      for (const name of nodes.nodeNames) await admin.targets.register({ name, address: where(name) })
      await vi.waitFor(async () => {
        const { items } = await admin.targets.list({ kind: 'swarm' })
        expect(items.map(({ state }) => state)).toEqual(['connected'])
        swarm = items[0]!.id
      }, patience)
    }, 180_000)
    afterAll(async () => {
      await house.close()
      rmSync(folder, { recursive: true, force: true })
      await nodes.leaveSwarm()
    }, 180_000)

    const docker = async (...args: string[]): Promise<string> => {
      const config = join(folder, 'docker-config')
      return (await run(where('compose'), ['--config', config, '-H', where('n1'), ...args], { timeout: 120_000 }))
        .stdout
    }
    const deployByDocker = async (stack: string, source: string, files: Record<string, string> = {}): Promise<void> => {
      for (const [name, text] of Object.entries({ ...files, 'stack.yaml': source }))
        writeFileSync(join(folder, name), text)
      await docker(
        'stack',
        'deploy',
        '--detach=true',
        '--resolve-image',
        'changed',
        '-c',
        join(folder, 'stack.yaml'),
        stack,
      )
    }
    const ended = (id: string): Promise<Job> =>
      vi.waitFor(
        async () => {
          const now = await admin.jobs.get({ id })
          expect(now.finishedAt).not.toBeNull()
          return now
        },
        { timeout: 200_000, interval: 300 },
      )
    const text = (stack: string, source: string, files: Record<string, string> = {}) => ({
      source,
      target: swarm,
      name: stack,
      files,
      directory: folder,
    })
    const apply = async (stack: string, source: string, files: Record<string, string> = {}): Promise<Job> =>
      ended((await admin.stacks.apply(text(stack, source, files))).id)
    const native = (name: string): Promise<Native> => nodes.ask<Native>('n1', 'GET', `/services/${name}`)
    /**
     * What the services of the stack ask of their tasks, and the rolling update that was begun last. Without the platforms of the image, which
     * docker sets when it makes a service and leaves out when it deploys it again.
     */
    const askedOf = async (stack: string) => {
      const all = await Promise.all(['web', 'worker'].map((name) => native(`${stack}_${name}`)))
      return all.map(({ Spec, UpdateStatus }) => {
        const { Platforms: _, ...placement } = Spec.TaskTemplate.Placement
        return { template: { ...Spec.TaskTemplate, Placement: placement }, update: UpdateStatus?.State ?? null }
      })
    }
    /** Ids of the tasks that run or are to run, which change when one is replaced. */
    const tasksOf = async (stack: string): Promise<string[]> => {
      const filters = encodeURIComponent(
        JSON.stringify({ label: [`com.docker.stack.namespace=${stack}`], 'desired-state': ['running'] }),
      )
      const tasks = await nodes.ask<{ ID: string; Status: { State: string } }[]>(
        'n1',
        'GET',
        `/tasks?filters=${filters}`,
      )
      return tasks.map(({ ID }) => ID).sort()
    }
    const allRun = (stack: string, count: number): Promise<string[]> =>
      vi.waitFor(async () => {
        const filters = encodeURIComponent(
          JSON.stringify({ label: [`com.docker.stack.namespace=${stack}`], 'desired-state': ['running'] }),
        )
        const tasks = await nodes.ask<{ ID: string; Status: { State: string } }[]>(
          'n1',
          'GET',
          `/tasks?filters=${filters}`,
        )
        expect(tasks.map(({ Status }) => Status.State)).toEqual(Array.from({ length: count }, () => 'running'))
        return tasks.map(({ ID }) => ID).sort()
      }, patience)

    // No secret is used twice by a service: docker brings two of one name in the order of a Go map, and so replaces tasks at random itself.
    /** Uses as much as a Swarm knows of; no port on the mesh and no address of its own, which this kernel cannot give. */
    const rich = (web: { command?: string; token?: string; mode?: string; replicas?: number } = {}): string =>
      `
version: "3.9"
services:
  web:
    image: ${image()}
    command: ["sh", "-c", '${web.command ?? 'trap "exit 0" TERM; while :; do sleep 1 & wait $$!; done'}']
    environment: { MODE: ${web.mode ?? 'one'}, ALSO: "a=b", EMPTY: "" }
    labels: { tier: front, "": x }
    hostname: "{{.Node.Hostname}}"
    stop_grace_period: 3s
    init: true
    user: "0:0"
    working_dir: /tmp
    extra_hosts: ["db.lan:10.0.0.9"]
    dns: [10.0.0.2]
    dns_search: [lan]
    cap_drop: [NET_RAW]
    sysctls: { net.ipv4.ip_unprivileged_port_start: "0" }
    ulimits: { nofile: { soft: 1024, hard: 2048 } }
    healthcheck: { test: ["CMD", "true"], interval: 2s, timeout: 20s, retries: 5, start_period: 1s }
    logging: { driver: json-file, options: { max-size: 1m } }
    networks: { front: { aliases: [www] }, back: {} }
    secrets: [token, { source: key, target: again, mode: 0400, uid: "0", gid: "0" }]
    configs: [{ source: page, target: /etc/page.txt }]
    volumes: ["data:/data", "scratch:/scratch:ro", { type: tmpfs, target: /fast, tmpfs: { size: 1048576 } }]
    ports: [{ target: 80, published: 28080, protocol: tcp, mode: host }]
    deploy:
      mode: replicated
      replicas: ${web.replicas ?? 2}
      endpoint_mode: dnsrr
      labels: { team: shop }
      placement: { constraints: ["node.platform.os == linux"], preferences: [{ spread: node.labels.zone }], max_replicas_per_node: 1 }
      update_config: { parallelism: 1, delay: 100ms, monitor: 2s, failure_action: pause, order: stop-first, max_failure_ratio: 0 }
      rollback_config: { parallelism: 0, monitor: 1s, order: stop-first }
      restart_policy: { condition: any, delay: 500ms, max_attempts: 10, window: 2s }
      resources: { limits: { cpus: "0.5", memory: 64m, pids: 50 }, reservations: { cpus: "0.01", memory: 8m } }
  worker:
    image: ${image()}
    command: ["sh", "-c", 'trap "exit 0" TERM; while :; do sleep 1 & wait $$!; done']
    networks: [back]
    deploy: { mode: global, endpoint_mode: dnsrr, update_config: { monitor: 2s } }
networks:
  front: { driver: overlay, attachable: true, driver_opts: { com.docker.network.driver.mtu: "1400" } }
  back: {}
secrets: { token: { file: ./token.txt }, key: { file: ./key.txt } }
configs: { page: { file: ./page.txt } }
volumes: { data: { labels: { keep: "yes" } }, scratch: { driver: local, driver_opts: { type: tmpfs, device: tmpfs } } }
`.replace(', "": x', '')
    const files = { 'token.txt': 'first-token', 'key.txt': 'a-key', 'page.txt': 'hello\n' }

    test('one that docker made is found and taken over, and no task is restarted', long, async () => {
      const stack = `theirs-${mark}`
      await deployByDocker(stack, rich(), files)
      const before = await allRun(stack, 5)
      const asked = await askedOf(stack)
      await vi.waitFor(async () => {
        const { items } = await admin.stacks.list({ target: swarm })
        expect(items.find(({ name }) => name === stack)).toMatchObject({
          managed: false,
          format: 'compose',
          state: 'running',
        })
      }, patience)
      const plan = await admin.stacks.plan(text(stack, rich(), files))
      expect(plan.steps.filter(({ verb }) => verb !== 'keep')).toEqual([])
      const job = await apply(stack, rich(), files)
      expect(job.error).toBeNull()
      expect(await admin.stacks.get({ id: `${swarm}:${stack}` })).toMatchObject({ managed: true, revision: 1 })
      expect(await askedOf(stack)).toEqual(asked)
      expect(await tasksOf(stack)).toEqual(before)
      // And back: to docker it is its own still.
      await deployByDocker(stack, rich(), files)
      // A task may still end by itself, which is no doing of either; what was asked is what both must leave alone.
      await allRun(stack, 5)
      expect(await askedOf(stack)).toEqual(asked)
    })

    test(
      'what is applied here is a stack to docker, which changes nothing when it deploys the same',
      long,
      async () => {
        const stack = `ours-${mark}`
        const source = rich().replace('28080', '28081')
        const planned = await admin.stacks.plan(text(stack, source, files))
        expect(planned.counts).toMatchObject({ create: 7 })
        const job = await apply(stack, source, files)
        expect(job.error).toBeNull()
        await allRun(stack, 5)
        expect(await docker('stack', 'ls')).toContain(stack)
        expect(await docker('stack', 'services', '--format', '{{.Name}} {{.Replicas}}', stack)).toMatch(
          new RegExp(`${stack}_web 2/2`),
        )
        expect(
          (await docker('stack', 'ps', '--filter', 'desired-state=running', '-q', stack)).trim().split('\n'),
        ).toHaveLength(5)
        expect((await native(`${stack}_web`)).Spec.TaskTemplate.ContainerSpec.Image).toMatch(
          /lab\/web:1@sha256:[0-9a-f]{64}$/,
        )
        const again = await admin.stacks.plan(text(stack, source, files))
        expect(again.steps.filter(({ verb }) => verb !== 'keep')).toEqual([])
        const asked = await askedOf(stack)
        await deployByDocker(stack, source, files)
        await allRun(stack, 5)
        expect(await askedOf(stack)).toEqual(asked)
      },
    )

    test('a change replaces only the tasks of what differs, and a new value of a secret is read', long, async () => {
      const stack = `ours-${mark}`
      const source = rich({ mode: 'two' }).replace('28080', '28081')
      const changed = { ...files, 'token.txt': 'second-token' }
      const plan = await admin.stacks.plan(text(stack, source, changed))
      const web = plan.steps.find(({ kind, name }) => kind === 'service' && name === 'web')
      expect(web).toMatchObject({ verb: 'replace', reasons: expect.arrayContaining(['environment MODE: one → two']) })
      expect(plan.steps.find(({ kind, name }) => kind === 'service' && name === 'worker')).toMatchObject({
        verb: 'keep',
      })
      expect(JSON.stringify(plan)).not.toContain('second-token')
      const before = await tasksOf(stack)
      expect((await apply(stack, source, changed)).error).toBeNull()
      const after = await allRun(stack, 5)
      expect(after.filter((id) => before.includes(id))).toHaveLength(3)
      const { items: services } = await admin.services.list({ target: swarm })
      const { id } = services.find(({ name }) => name === `${stack}_web`)!
      await vi.waitFor(async () => {
        const { items } = await admin.tasks.list({ swarm, service: id, state: 'running' })
        const container = items.find(({ containerServiceId }) => containerServiceId !== null)?.containerServiceId
        const { stdout } = await admin.services.exec({ id: container!, argv: ['cat', '/run/secrets/token'] })
        expect(stdout).toBe('second-token')
      }, patience)
    })

    test('an update that fails puts the whole stack back, with the reason of the task', long, async () => {
      const stack = `ours-${mark}`
      const good = rich({ mode: 'two' }).replace('28080', '28081')
      const changed = { ...files, 'token.txt': 'second-token' }
      const bad = good
        .replace('MODE: two', 'MODE: three')
        .replace(/(worker:\n.*\n\s+command: ).*/, `$1["sh", "-c", "sleep 0.3; echo no database >&2; exit 7"]`)
      const webBefore = (await native(`${stack}_web`)).Spec
      const workerBefore = (await native(`${stack}_worker`)).Spec
      const job = await apply(stack, bad, { ...changed, 'token.txt': 'third-token' })
      expect(job.state).toBe('failed')
      expect(job.error?.message).toContain('exit code 7')
      expect(job.error?.message).toContain(`All of ${stack} is back to what it was.`)
      expect((await native(`${stack}_web`)).Spec).toEqual(webBefore)
      expect((await native(`${stack}_worker`)).Spec).toEqual(workerBefore)
      await allRun(stack, 5)
      const secrets = await nodes.ask<{ Spec: { Name: string } }[]>('n1', 'GET', '/secrets')
      expect(secrets.filter(({ Spec }) => Spec.Name.startsWith(`${stack}_token`))).toHaveLength(2)
      expect(
        (await admin.stacks.plan(text(stack, good, changed))).steps.filter(({ verb }) => verb === 'replace'),
      ).toEqual([])
    })

    test('nodes pull with the login that is kept for a registry', long, async () => {
      const { host, username, password } = new URL(where('registryLogin'))
      const repository = `${host}/stacks-${mark}/web`
      const auth = Buffer.from(`${username}:${password}`).toString('base64')
      mkdirSync(join(folder, 'docker-config'), { recursive: true })
      writeFileSync(join(folder, 'docker-config/config.json'), JSON.stringify({ auths: { [host]: { auth } } }))
      await docker('pull', '-q', image())
      await docker('tag', image(), `${repository}:1`)
      await docker('push', '-q', `${repository}:1`)
      await docker('rmi', `${repository}:1`)
      const source = `services: { web: { image: "${repository}:1", command: [sleep, "600"], deploy: { mode: global, endpoint_mode: dnsrr } } }`
      await admin.registries.add({ name: `private-${mark}`, address: host, username, password, insecure: true })
      expect((await apply(`private-${mark}`, source)).error).toBeNull()
      expect((await native(`private-${mark}_web`)).Spec.TaskTemplate.ContainerSpec.Image).toContain('@sha256:')
      await allRun(`private-${mark}`, 3)
      expect((await ended((await admin.stacks.remove({ id: `${swarm}:private-${mark}` })).id)).error).toBeNull()
    })

    test('is removed with its networks, secrets and configs; docker sees none of it any more', long, async () => {
      for (const stack of [`ours-${mark}`, `theirs-${mark}`])
        expect((await ended((await admin.stacks.remove({ id: `${swarm}:${stack}` })).id)).error).toBeNull()
      expect(await docker('stack', 'ls', '--format', '{{.Name}}')).not.toContain(mark)
      for (const kind of ['secret', 'config', 'network']) expect(await docker(kind, 'ls')).not.toContain(mark)
      const { items } = await admin.stacks.list({ target: swarm })
      expect(items.filter(({ name }) => name.includes(mark))).toEqual([])
    })
  },
)
