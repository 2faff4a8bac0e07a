import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { wh } from '../../cli/test/wh.ts'
import * as nodes from '../docker/swarm-of-nodes.ts'
import { suite, where } from '../needs.ts'
import { openBrowser, openPage, problemsOf, signIn, takePicture, views } from './browser.ts'
import { password, type RunningHouse, startHouse } from './running-house.ts'

const run = promisify(execFile)
const patience = { timeout: 180_000, interval: 250 }
const long = { timeout: 300_000 }

/** Uses as much as a Swarm knows of; no port on the mesh and no address of its own, which the lab's kernel cannot give. */
const stack = (port: number): string => `version: "3.9"
services:
  web:
    image: ${where('nodesRegistry')}/lab/web:1
    command: ["sh", "-c", 'trap "exit 0" TERM; while :; do sleep 1 & wait $$!; done']
    environment: { MODE: one, API_TOKEN: "t0p-$$ecret-of-web" }
    labels: { tier: front }
    hostname: "{{.Node.Hostname}}"
    stop_grace_period: 3s
    init: true
    user: "0:0"
    working_dir: /tmp
    extra_hosts: ["db.lan:10.0.0.9"]
    dns: [10.0.0.2]
    cap_drop: [NET_RAW]
    sysctls: { net.ipv4.ip_unprivileged_port_start: "0" }
    ulimits: { nofile: { soft: 1024, hard: 2048 } }
    healthcheck: { test: ["CMD", "true"], interval: 2s, timeout: 20s, retries: 5, start_period: 1s }
    logging: { driver: json-file, options: { max-size: 1m } }
    networks: { front: { aliases: [www] }, back: {} }
    secrets: [{ source: token, target: again, mode: 0400, uid: "0", gid: "0" }]
    configs: [{ source: page, target: /etc/page.txt }]
    volumes: ["data:/data", "scratch:/scratch:ro", { type: tmpfs, target: /fast, tmpfs: { size: 1048576 } }]
    ports: [{ target: 80, published: ${port}, protocol: tcp, mode: host }]
    deploy:
      replicas: 2
      endpoint_mode: dnsrr
      labels: { team: shop }
      placement: { constraints: ["node.platform.os == linux"], preferences: [{ spread: node.labels.zone }], max_replicas_per_node: 1 }
      update_config: { parallelism: 1, delay: 100ms, monitor: 2s, failure_action: rollback, order: stop-first }
      rollback_config: { parallelism: 0, monitor: 1s }
      restart_policy: { condition: any, delay: 500ms, max_attempts: 10, window: 2s }
      resources: { limits: { cpus: "0.5", memory: 64m, pids: 50 }, reservations: { cpus: "0.01", memory: 8m } }
  worker:
    image: ${where('nodesRegistry')}/lab/web:1
    command: ["sh", "-c", 'trap "exit 0" TERM; while :; do sleep 1 & wait $$!; done']
    networks: [back]
    deploy: { mode: global, endpoint_mode: dnsrr }
networks:
  front: { driver: overlay, attachable: true, driver_opts: { com.docker.network.driver.mtu: "1400" } }
  back: {}
secrets: { token: { file: ./token.txt } }
configs: { page: { file: ./page.txt } }
volumes: { data: { labels: { keep: "yes" } }, scratch: { driver: local, driver_opts: { type: tmpfs, device: tmpfs } } }
`

suite(
  'adoption of a stack that docker deployed on a Swarm',
  ['swarm', 'n1', 'n2', 'n3', 'compose', 'nodesRegistry', 'chromium'],
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'wh-e2e-adopt-swarm-'))
    let house: RunningHouse
    let browser: Browser
    let swarm: string
    const names = { page: `by-page-${process.pid}`, command: `by-command-${process.pid}` }
    beforeAll(async () => {
      await nodes.formSwarm()
      writeFileSync(join(folder, 'token.txt'), 'first-token')
      writeFileSync(join(folder, 'page.txt'), 'hello\n')
      await deploy(names.page, 28090)
      await deploy(names.command, 28091)
      house = await startHouse()
      for (const name of nodes.nodeNames) await house.admin.targets.register({ name, address: where(name) })
      for (const name of Object.values(names))
        await vi.waitFor(async () => {
          const { items } = await house.admin.stacks.list({ q: name })
          const found = items.find((one) => one.name === name && one.targetId.includes('swarm'))
          expect(found).toMatchObject({ managed: false, state: 'running' })
          swarm = found!.targetId
        }, patience)
      browser = await openBrowser()
    }, 300_000)
    afterAll(async () => {
      await browser?.close()
      await house?.stop()
      rmSync(folder, { recursive: true, force: true })
      await nodes.leaveSwarm()
    }, 180_000)

    const docker = async (...args: string[]): Promise<string> =>
      (
        await run(where('compose'), ['--config', join(folder, 'config'), '-H', where('n1'), ...args], {
          timeout: 120_000,
        })
      ).stdout
    const deploy = async (name: string, port: number): Promise<void> => {
      const file = join(folder, `${name}.yaml`)
      writeFileSync(file, stack(port))
      await docker('stack', 'deploy', '--detach=true', '--resolve-image', 'always', '-c', file, name)
    }
    interface Native {
      readonly ID: string
      readonly Version: { readonly Index: number }
      readonly Spec: unknown
    }
    /** What is asked of its services and how often that changed, with the tasks that run once all five do. */
    const asItIs = (name: string): Promise<{ services: Native[]; tasks: string[] }> =>
      vi.waitFor(async () => {
        const label = { label: [`com.docker.stack.namespace=${name}`] }
        const tasks = await nodes.ask<{ ID: string; Status: { State: string } }[]>(
          'n1',
          'GET',
          `/tasks?filters=${encodeURIComponent(JSON.stringify({ ...label, 'desired-state': ['running'] }))}`,
        )
        expect(tasks.map(({ Status }) => Status.State)).toEqual(Array.from({ length: 5 }, () => 'running'))
        const filters = encodeURIComponent(JSON.stringify(label))
        const services = await nodes.ask<Native[]>('n1', 'GET', `/services?filters=${filters}`)
        return {
          services: services
            .map(({ ID, Version, Spec }) => ({ ID, Version, Spec }))
            .toSorted((a, b) => a.ID.localeCompare(b.ID)),
          tasks: tasks.map(({ ID }) => ID).toSorted(),
        }
      }, patience)

    test.for(views)('its page is whole in $theme, $width', long, async (view) => {
      const { page, context, errors } = await openPage(browser, house.url, view)
      await signIn(page)
      await page.goto(`/stacks/new?adopt=${encodeURIComponent(`${swarm}:${names.page}`)}`)
      await page.getByText('Written from what runs').waitFor()
      await page.getByText('2 services').first().waitFor()
      await takePicture(page, `adopt-swarm-${view.theme}-${view.width}`)
      expect(await problemsOf(page)).toEqual([])
      expect(await page.content()).not.toMatch(/ecret-of-web|first-token/)
      expect(errors).toEqual([])
      await context.close()
    })

    test(
      'in the browser: it is managed by a revision of its own, and nothing is asked of the Swarm anew',
      long,
      async () => {
        const before = await asItIs(names.page)
        const { page, context, errors } = await openPage(browser, house.url, views[0]!)
        await signIn(page)
        await page.goto(`/stacks?q=${names.page}`)
        await page.getByRole('link', { name: `Adopt ${names.page}` }).click()
        await page.getByRole('heading', { level: 1, name: `Adopt ${names.page}` }).waitFor()
        await page.getByRole('button', { name: 'Show plan' }).click()
        const adopt = page.getByRole('button', { name: /^Adopt/ })
        await adopt.waitFor()
        await takePicture(page, 'adopt-swarm-plan-dark-wide')
        expect(await adopt.innerText()).toBe('Adopt, nothing restarts')
        await adopt.click()
        await page.getByRole('link', { name: 'Open stack' }).click({ timeout: 180_000 })
        await page.getByText('revision 1').first().waitFor()
        expect(errors).toEqual([])
        await context.close()
        expect(await house.admin.stacks.get({ id: `${swarm}:${names.page}` })).toMatchObject({
          managed: true,
          revision: 1,
        })
        expect(await asItIs(names.page)).toEqual(before)
      },
    )

    test('on the command line, and is then changed with the values that were kept', long, async () => {
      const before = await asItIs(names.command)
      const env = { XDG_CONFIG_HOME: folder, COLUMNS: '120' }
      const login = await wh(['login', house.url, '-u', 'admin', '--password-stdin'], env, `${password}\n`)
      expect(login.exit, login.stderr).toBe(0)
      const adopted = await wh(['stack', 'adopt', names.command, '--target', swarm, '-y'], env)
      expect(adopted.stderr).toContain(`${names.command} is managed from here now.`)
      expect(adopted.stderr + adopted.stdout).not.toMatch(/ecret-of-web|first-token/)
      expect(adopted.exit).toBe(0)
      expect(await asItIs(names.command)).toEqual(before)

      const { source, directory } = await house.admin.stacks.get({ id: `${swarm}:${names.command}` })
      const asked = {
        source: source!.replace('MODE: one', 'MODE: two'),
        target: swarm,
        name: names.command,
        directory: directory ?? undefined,
      }
      const { steps } = await house.admin.stacks.plan(asked)
      expect(steps.filter(({ verb }) => verb !== 'keep')).toEqual([
        { verb: 'replace', kind: 'service', name: 'web', reasons: ['environment MODE: one → two'] },
      ])
      const { id } = await house.admin.stacks.apply(asked)
      await vi.waitFor(async () => {
        const job = await house.admin.jobs.get({ id })
        expect(job.finishedAt).not.toBeNull()
        expect(job.error).toBeNull()
      }, patience)
      const { services } = await asItIs(names.command)
      const env2 = services.flatMap(
        ({ Spec }) =>
          (Spec as { TaskTemplate: { ContainerSpec: { Env?: string[] } } }).TaskTemplate.ContainerSpec.Env ?? [],
      )
      expect(env2.toSorted()).toEqual(['API_TOKEN=t0p-$ecret-of-web', 'MODE=two'])
    })
  },
)
