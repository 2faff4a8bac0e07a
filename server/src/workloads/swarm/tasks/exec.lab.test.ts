import type { Client } from '@wheelhouse/client'
import type { TerminalServerMessage } from '@wheelhouse/contract'
import { socketProtocol, ticketProtocol } from '@wheelhouse/contract/wire'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { suite, where } from '../../../../../test/needs.ts'
import { LabSwarm, patience } from '../testing/lab-swarm.ts'

const long = { timeout: 240_000 }

/** One client of a terminal. */
class Screen {
  readonly socket: WebSocket
  readonly told: TerminalServerMessage[] = []
  readonly closed: Promise<string>
  shown = ''

  constructor(url: string, ticket: string) {
    this.socket = new WebSocket(url, [socketProtocol, ticketProtocol + ticket])
    this.socket.on('message', (data: Buffer, binary) => {
      if (binary) this.shown += data.toString()
      else this.told.push(JSON.parse(data.toString()) as TerminalServerMessage)
    })
    this.socket.on('error', () => undefined)
    this.closed = new Promise((resolve) => this.socket.on('close', (_code, reason) => resolve(String(reason))))
    this.socket.on('open', () => this.socket.send(JSON.stringify({ type: 'open', columns: 80, rows: 24 })))
  }
  heard<T extends TerminalServerMessage['type']>(type: T): Promise<Extract<TerminalServerMessage, { type: T }>> {
    return vi.waitFor(() => {
      const found = this.told.find((one) => one.type === type)
      expect(found, JSON.stringify(this.told)).toBeDefined()
      return found as Extract<TerminalServerMessage, { type: T }>
    }, patience)
  }
}

suite('commands in tasks of a Swarm', ['swarm', 'n1', 'n2', 'n3'], () => {
  let own: LabSwarm
  let admin: Client
  let swarm: string
  let id: string
  let name: string
  const screens: Screen[] = []
  beforeAll(async () => {
    own = await LabSwarm.open(['n1'])
    admin = own.admin
    swarm = own.swarm
    name = own.named('shell')
    id = await own.create('shell', { mode: { kind: 'replicated', replicas: 3 }, maxPerNode: 1, init: true })
    await vi.waitFor(async () => {
      const { items } = await admin.tasks.list({ swarm, service: id, state: 'running' })
      expect(items.filter(({ containerServiceId }) => containerServiceId !== null)).toHaveLength(3)
    }, patience)
  }, 240_000)
  afterAll(async () => {
    for (const { socket } of screens) socket.terminate()
    await own.close()
  }, 180_000)

  const tasks = async () => (await admin.tasks.list({ swarm, service: id, state: 'running' })).items
  const hostname = async (of: string): Promise<string> =>
    (await admin.services.exec({ id: of, argv: ['hostname'] })).stdout.trim()
  const open = async (of: string): Promise<Screen> => {
    const { ticket } = await admin.auth.ticket()
    const url = `${own.house.url.replace('http', 'ws')}/ws/containers/${encodeURIComponent(of)}/exec`
    const screen = new Screen(url, ticket)
    screens.push(screen)
    return screen
  }

  test('run on whichever node the task is, by its id, its slot and its service’s id', long, async () => {
    const seen = new Set<string>()
    for (const task of await tasks()) {
      const container = task.containerServiceId!.split(':')[1]
      for (const way of [task.id, `${name}.${task.slot}`, `${id}.${task.slot}`, `${swarm}:${name}.${task.slot}`])
        expect(await hostname(way), way).toBe(container)
      seen.add(task.containerServiceId!.split(':')[0]!)
    }
    expect(seen).toEqual(new Set(['n1', 'n2', 'n3']))
    const entry = (await admin.audit.list({ limit: 20 })).items.find(({ operation }) => operation === 'services.exec')
    expect(entry).toMatchObject({ outcome: 'done', resource: expect.stringMatching(/^service:n[123]:/) })
  })

  test('a terminal opens there too, and is listed with its container', long, async () => {
    const [task] = (await tasks()).filter(({ containerServiceId }) => containerServiceId!.startsWith('n3:'))
    const screen = await open(`${name}.${task!.slot}`)
    const { terminal } = await screen.heard('opened')
    expect(terminal).toMatchObject({ serviceId: task!.containerServiceId, targetId: 'n3' })
    screen.socket.send(Buffer.from('echo here-$((40 + 2))\n'))
    await vi.waitFor(() => expect(screen.shown).toContain('here-42'), patience)
    expect((await admin.terminals.list({})).items.map(({ serviceId }) => serviceId)).toEqual([task!.containerServiceId])
    screen.socket.send(Buffer.from('exit 5\n'))
    expect(await screen.heard('exit')).toMatchObject({ exitCode: 5 })
  })

  test('in a list of services the Swarm service stands for its tasks', long, async () => {
    expect((await admin.services.list({ q: name })).items.map(({ id: one }) => one)).toEqual([id])
    const all = (await admin.services.list({ q: name, tasks: true, kind: 'container' })).items
    expect(all.map(({ taskOf }) => taskOf)).toEqual([id, id, id])
  })

  test('are refused with the reason where the node is no target here, until it is one again', long, async () => {
    const task = (await tasks()).find(({ containerServiceId }) => containerServiceId!.startsWith('n2:'))!
    await admin.targets.remove({ id: 'n2' })
    const node = (await admin.nodes.list({ swarm })).items.find(({ nodeId }) => nodeId === task.nodeId)!
    const refused = {
      code: 'CAPABILITY_MISSING',
      message: expect.stringContaining(`runs on the node ${node.hostname}, which is no target here`),
    }
    await expect(hostname(task.id)).rejects.toMatchObject(refused)
    await expect(hostname(`${name}.${task.slot}`)).rejects.toMatchObject(refused)
    const screen = await open(task.id)
    expect(await screen.closed).toBe('CAPABILITY_MISSING')
    expect(await screen.heard('error')).toMatchObject({ errorCode: 'CAPABILITY_MISSING', message: refused.message })
    // The service itself names those that can be reached, and what is asked of it.
    await expect(hostname(id)).rejects.toMatchObject({ message: expect.stringContaining(`${name}.1, ${name}.2`) })
    await admin.targets.register({ name: 'n2', address: where('n2') })
    await vi.waitFor(async () => expect(await hostname(task.id)).not.toBe(''), patience)
  })
})
