import {
  type AuditEntry,
  maySomewhere,
  type Operation,
  operations,
  type Place,
  type ServerMessage,
} from '@wheelhouse/contract'
import { socketProtocol, ticketProtocol } from '@wheelhouse/contract/wire'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { applied, sleepers } from '../faults/control-plane.ts'
import { openTestHouse, type TestHouse } from '../fixtures/house.ts'
import { type Caller, expected, holds, makeCast, password, type Verdict } from './authorisation-cast.ts'
import { type Inputs, inputsFor } from './authorisation-inputs.ts'

let house: TestHouse
let cast: Caller[]
const granted = 'local:pair-mine'
const other = 'local:pair-theirs'
const placeOf = (serviceId: string): Place => ({ targetId: 'local', serviceId })

beforeAll(async () => {
  house = await openTestHouse()
  inputs = inputsFor(house)
  await house.admin.targets.register({ name: 'elsewhere', address: 'tcp://127.0.0.1:1' })
  await applied(house.admin, sleepers('pair', ['mine', 'theirs']))
  for (const name of ['mine', 'theirs']) await house.admin.services.stop({ id: `pair-${name}` })
  cast = await makeCast(house, granted)
}, 120_000)
afterAll(() => house.close())

let inputs: Inputs
// The last would change what this very machine trusts.
const destructive = new Set(['services.remove', 'services.start', 'services.restart', 'certificates.trust'])
// They would end the sign-in of the one who asks, or stream for ever.
const notAsked = new Set(['auth.logout', 'auth.revokeOtherSessions', 'auth.refresh', 'logs.follow'])

async function call(
  operation: Operation,
  caller: Caller,
  id: string,
): Promise<{ code: string; requestId: string; text: string }> {
  const make = inputs[operation.id]
  const usual: Record<string, unknown> = operation.path.includes(':id') ? { id } : {}
  const input = make ? await make(id) : usual
  const path = operation.path.replace(/:(\w+)/g, (_, name: string) => {
    const value = String(input[name])
    delete input[name]
    return encodeURIComponent(value)
  })
  const uploads = operation.kind === 'upload'
  const inQuery = operation.method === 'GET' || operation.method === 'DELETE' || uploads
  const query = new URLSearchParams(inQuery ? Object.entries(input).map(([key, value]) => [key, String(value)]) : {})
  const answer = await fetch(`${house.url}${path}?${query.toString()}`, {
    method: operation.method,
    headers: {
      ...(caller.token === null ? {} : { authorization: `Bearer ${caller.token}` }),
      ...(uploads ? { 'content-type': 'application/octet-stream' } : {}),
      ...(inQuery ? {} : { 'content-type': 'application/json' }),
    },
    ...(uploads ? { body: 'x' } : {}),
    ...(inQuery ? {} : { body: JSON.stringify(input) }),
  })
  const text = await answer.text()
  const code = answer.ok ? 'ok' : (JSON.parse(text) as { errorCode: string }).errorCode
  expect(code, `${operation.id}: ${text}`).not.toBe('INTERNAL')
  expect(code, `${operation.id} ${JSON.stringify(input)}: ${text}`).not.toBe('VALIDATION_FAILED')
  return { code, requestId: answer.headers.get('x-request-id') ?? '', text }
}

/** The verdict as it was; a NOT_FOUND of the handler on a made-up id is behind the door, so it counts as passed. */
function verdictOf(operation: Operation, code: string): Verdict {
  if (code === 'UNAUTHENTICATED' || code === 'FORBIDDEN') return code
  if (code === 'NOT_FOUND' && operation.scope) return code
  return 'passes'
}
const personOnly = new Set([
  'auth.changePassword',
  'tokens.create',
  'auth.updateMe',
  'auth.revokeSession',
  'tokens.revoke',
])

describe('each operation by each caller', () => {
  test.each(operations.filter(({ id }) => !notAsked.has(id)).map((operation) => [operation.id, operation] as const))(
    '%s',
    async (id, operation) => {
      const about = operation.scope?.on === 'service' ? [granted, other] : [granted]
      const refused: string[] = []
      for (const caller of cast) {
        for (const serviceId of about) {
          const place = !operation.scope
            ? null
            : operation.scope.on === 'target'
              ? { targetId: 'local' }
              : placeOf(serviceId)
          const wanted = expected(operation, caller, place)
          // Only those who must be refused are let try what would change the stage for the next.
          if (wanted === 'passes' && destructive.has(id)) continue
          const { code, requestId, text } = await call(operation, caller, serviceId)
          const told = `${id} by ${caller.name} on ${serviceId}: ${text.slice(0, 300)}`
          if (personOnly.has(id) && caller.kind === 'token') expect(['FORBIDDEN', 'NOT_FOUND'], told).toContain(code)
          else expect(verdictOf(operation, code), told).toBe(wanted)
          if (wanted === 'NOT_FOUND') {
            // The very answer of one that was never there.
            const never = await call(operation, caller, 'local:never')
            if (operation.scope?.on === 'service')
              expect(JSON.parse(text)).toMatchObject({
                errorCode: (JSON.parse(never.text) as { errorCode: string }).errorCode,
              })
          }
          if (wanted !== 'passes') refused.push(requestId)
        }
      }
      const audited = operation.method !== 'GET' && operation.danger !== 'none' && operation.audit !== false
      if (!audited || refused.length === 0) return
      const { items } = await house.admin.audit.list({ operation: id, outcome: 'refused', limit: 1000 })
      const onRecord = new Map(items.map((entry: AuditEntry) => [entry.requestId, entry]))
      for (const requestId of refused)
        expect(onRecord.get(requestId), `${id} ${requestId}`).toMatchObject({ operation: id })
    },
    120_000,
  )
})

test('a run is seen, and acted on, by those who may do so on one of its targets', async () => {
  const asked = { source: sleepers('run', ['one']), target: 'local', skip: ['watch'] }
  const { id } = await house.admin.deployments.start(asked)
  await expect
    .poll(async () => (await house.admin.deployments.get({ id })).state, { timeout: 60_000, interval: 100 })
    .toBe('succeeded')
  const release = (await house.admin.releases.list()).items[0]!.id
  const codeOf = (act: Promise<unknown>): Promise<string> =>
    act.then(
      () => 'ok',
      (error: { code: string }) => error.code,
    )
  const local = { targetId: 'local' }
  for (const caller of cast.filter((one) => one.authority !== null)) {
    const authority = caller.authority!
    const { deployments, releases } = caller.client
    const reads = maySomewhere(authority, 'deployments.read')
    const sees = reads && (holds(authority, 'deployments.read', null) || holds(authority, 'deployments.read', local))
    const refused = sees ? 'ok' : reads ? 'NOT_FOUND' : 'FORBIDDEN'
    expect(await codeOf(deployments.get({ id })), `get by ${caller.name}`).toBe(refused)
    expect(await codeOf(deployments.log({ id })), `log by ${caller.name}`).toBe(refused)
    if (reads) {
      expect(
        (await deployments.list()).items.map((one) => one.id),
        caller.name,
      ).toEqual(sees ? [id] : [])
      // Whoever may see none of its targets is shown none, and not told of any by their number.
      const { items } = await releases.list()
      expect(items, caller.name).toHaveLength(sees ? 1 : 0)
      const [release] = (await house.admin.releases.list()).items
      expect(await codeOf(releases.get({ id: release!.id })), `release by ${caller.name}`).toBe(refused)
    }
    const runs = maySomewhere(authority, 'deployments.run')
    const runsHere = holds(authority, 'deployments.run', null) || holds(authority, 'deployments.run', local)
    const acted = await codeOf(deployments.cancel({ id }))
    expect(acted, `cancel by ${caller.name}`).toBe(
      !runs ? 'FORBIDDEN' : !sees ? 'NOT_FOUND' : runsHere ? 'STATE_CONFLICT' : 'FORBIDDEN',
    )
    expect(await codeOf(releases.get({ id: release })), `release by ${caller.name}`).toBe(refused)
    const pinned = await codeOf(releases.pin({ id: release, pinned: true }))
    expect(pinned, `pin by ${caller.name}`).toBe(
      !runs ? 'FORBIDDEN' : !sees ? 'NOT_FOUND' : runsHere ? 'ok' : 'FORBIDDEN',
    )
    const started = await codeOf(deployments.start.plan(asked))
    // A manifest of Wheelhouse runs things on the machine itself, which is asked before its targets are.
    if (runsHere) expect(started, `start by ${caller.name}`).not.toBe('FORBIDDEN')
    else expect(['FORBIDDEN', 'POLICY_REFUSED'], `start by ${caller.name}`).toContain(started)
  }
}, 120_000)

test('lists, counts and the overview show only what one may see', async () => {
  const raw = async (path: string, caller: Caller): Promise<string> => {
    const answer = await fetch(`${house.url}/api/v1/${path}`, { headers: { authorization: `Bearer ${caller.token}` } })
    return answer.ok ? answer.text() : ''
  }
  for (const caller of cast.filter((one) => one.authority !== null)) {
    const authority = caller.authority!
    for (const path of [
      'services',
      'targets',
      'stacks',
      'jobs',
      'events',
      'dashboards/overview',
      'health/services',
      'metrics/system',
    ]) {
      const text = await raw(path, caller)
      const may = (serviceId: string): boolean =>
        (['services.read', 'timeline.read'] as const).some((permission) =>
          holds(authority, permission, placeOf(serviceId)),
        )
      if (!may(other)) expect(text, `${path} for ${caller.name}`).not.toMatch(/local:pair-theirs/)
      if (!may(granted)) expect(text, `${path} for ${caller.name}`).not.toMatch(/local:pair-mine/)
      const target = holds(authority, 'targets.read', { targetId: 'elsewhere' })
      const told = holds(authority, 'timeline.read', { targetId: 'elsewhere' })
      if (!target && !told) expect(text, `${path} for ${caller.name}`).not.toMatch(/"elsewhere"/)
    }
    if (holds(authority, 'services.read', placeOf(granted))) {
      expect((await caller.client.services.list()).items.map((row) => row.id)).toContain(granted)
    }
  }
  const ofOne = cast.find(({ name }) => name === 'developer-of-one')!
  expect(await ofOne.client.services.list()).toMatchObject({ total: 1, states: { stopped: 1 } })
  // A name is looked up among what one may see, so an ambiguous or hidden one tells nothing.
  await expect(ofOne.client.services.get({ id: 'pair-theirs' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

describe('subscriptions', () => {
  async function open(caller: Caller): Promise<{ socket: WebSocket; heard: ServerMessage[] }> {
    const { ticket } = await caller.client.auth.ticket()
    const socket = new WebSocket(`${house.url.replace('http', 'ws')}/ws`, [socketProtocol, ticketProtocol + ticket])
    const heard: ServerMessage[] = []
    socket.addEventListener('message', ({ data }) => heard.push(JSON.parse(String(data)) as ServerMessage))
    await new Promise((resolve) => socket.addEventListener('open', resolve))
    return { socket, heard }
  }
  const about = (heard: ServerMessage[], sub: string): ServerMessage | undefined =>
    heard.find((one) => 'sub' in one && one.sub === sub && one.type !== 'batch')
  const subscribe = async (
    one: Awaited<ReturnType<typeof open>>,
    sub: string,
    channel: string,
    params: object = {},
  ) => {
    one.socket.send(JSON.stringify({ type: 'subscribe', sub, channel, params }))
    await expect.poll(() => about(one.heard, sub), { timeout: 60_000 }).toBeDefined()
    const said = about(one.heard, sub)
    return said?.type === 'error' ? said.errorCode : (said?.type ?? '')
  }
  const permissionOf = {
    system: 'services.read',
    metrics: 'metrics.read',
    deployments: 'jobs.read',
    alerts: 'timeline.read',
  } as const

  test('each channel by each caller', async () => {
    for (const caller of cast.filter((one) => one.authority !== null)) {
      const authority = caller.authority!
      const one = await open(caller)
      for (const [channel, permission] of Object.entries(permissionOf)) {
        const somewhere =
          holds(authority, permission, null) ||
          authority.grants.some((grant) =>
            holds(authority, permission, grant.on === 'target' ? { targetId: grant.id } : { serviceId: grant.id }),
          )
        expect(await subscribe(one, channel, channel), `${channel} by ${caller.name}`).toBe(
          somewhere ? 'subscribed' : 'FORBIDDEN',
        )
      }
      for (const channel of ['logs', 'metrics'] as const) {
        for (const serviceId of [granted, other]) {
          const place = placeOf(serviceId)
          const permission = `${channel}.read` as const
          const somewhere =
            holds(authority, permission, null) ||
            authority.grants.some((grant) =>
              holds(authority, permission, grant.on === 'target' ? { targetId: grant.id } : { serviceId: grant.id }),
            )
          const wanted = !somewhere
            ? 'FORBIDDEN'
            : holds(authority, permission, place)
              ? 'subscribed'
              : holds(authority, 'services.read', place)
                ? 'FORBIDDEN'
                : 'NOT_FOUND'
          expect(
            await subscribe(one, `${channel} ${serviceId}`, channel, { serviceId }),
            `${channel} ${serviceId} by ${caller.name}`,
          ).toBe(wanted)
        }
      }
      for (const serviceId of [granted, other]) {
        house.house.domains.announce({ type: 'service.paused', message: `told of ${serviceId}`, ...placeOf(serviceId) })
      }
      house.house.domains.announce({
        type: 'service.paused',
        message: 'told of elsewhere',
        targetId: 'elsewhere',
        serviceId: 'elsewhere:x',
      })
      const last = `told of ${caller.name}`
      house.house.domains.announce({ type: 'service.paused', message: last, targetId: 'local', serviceId: granted })
      await new Promise((resolve) => setTimeout(resolve, 60))
      const text = JSON.stringify(one.heard)
      for (const [message, place] of [
        [`told of ${granted}`, placeOf(granted)],
        [`told of ${other}`, placeOf(other)],
        ['told of elsewhere', { targetId: 'elsewhere', serviceId: 'elsewhere:x' }],
      ] as const) {
        const may = holds(authority, 'timeline.read', place) && holds(authority, 'services.read', place)
        expect(text.includes(message), `${message} to ${caller.name}`).toBe(may)
      }
      one.socket.close()
    }
  }, 120_000)

  test('rights that shrink end what they no longer cover, and what is left is filtered', async () => {
    const username = 'shrinking'
    await house.admin.users.create({ username, password, role: 'developer' })
    const { client, token } = await house.signIn(username, password)
    const one = await open({ name: username, kind: 'user', authority: null, token, client })
    for (const serviceId of [granted, other]) {
      for (const channel of ['logs', 'metrics', 'system']) {
        expect(await subscribe(one, `${channel} ${serviceId}`, channel, { serviceId })).toBe('subscribed')
      }
    }
    for (const channel of ['system', 'deployments']) expect(await subscribe(one, channel, channel)).toBe('subscribed')
    await house.admin.users.update({
      id: username,
      role: 'viewer',
      reach: 'granted',
      grants: [{ on: 'service', id: granted, role: 'viewer' }],
    })
    const ended = (): string[] => one.heard.flatMap((message) => (message.type === 'ended' ? [message.sub] : [])).sort()
    await expect.poll(ended).toEqual([`logs ${other}`, `metrics ${other}`, `system ${other}`])
    one.heard.length = 0
    house.house.domains.announce({ type: 'service.paused', message: 'hidden', ...placeOf(other) })
    house.house.domains.announce({ type: 'service.paused', message: 'shown', ...placeOf(granted) })
    await expect.poll(() => JSON.stringify(one.heard)).toContain('"shown"')
    expect(JSON.stringify(one.heard)).not.toContain('"hidden"')
    await house.admin.users.update({ id: username, grants: [] })
    await expect.poll(() => ended().length).toBeGreaterThanOrEqual(5)
    one.socket.close()
  })

  test('a terminal is for those who may exec, and a job is told to those who asked for that job', async () => {
    for (const caller of cast.filter((one) => one.authority !== null)) {
      const { ticket } = await caller.client.auth.ticket()
      const socket = new WebSocket(`${house.url.replace('http', 'ws')}/ws/containers/pair-theirs/exec`, [
        socketProtocol,
        ticketProtocol + ticket,
      ])
      const said = new Promise<string>((resolve) =>
        socket.addEventListener('message', ({ data }) => resolve(String(data))),
      )
      await new Promise((resolve) => socket.addEventListener('open', resolve))
      socket.send(JSON.stringify({ type: 'open', columns: 80, rows: 24 }))
      const authority = caller.authority!
      const wanted = !holds(authority, 'services.read', placeOf(other))
        ? 'NOT_FOUND'
        : holds(authority, 'services.exec', placeOf(other))
          ? 'CAPABILITY_MISSING'
          : 'FORBIDDEN'
      expect(JSON.parse(await said), caller.name).toMatchObject({ errorCode: wanted })
      socket.close()
    }
    const admin = cast.find(({ name }) => name === 'second-admin')!
    const one = await open(admin)
    const first = await admin.client.stacks.apply({ source: sleepers('first', ['first-a']) })
    await subscribe(one, 'job', 'deployments', { jobId: first.id })
    const second = await admin.client.stacks.apply({ source: sleepers('second', ['second-a']) })
    await expect
      .poll(async () => (await admin.client.jobs.get({ id: second.id })).finishedAt, { timeout: 60_000 })
      .not.toBeNull()
    await expect.poll(() => JSON.stringify(one.heard), { timeout: 60_000 }).toContain('"succeeded"')
    expect(JSON.stringify(one.heard)).not.toContain(second.id)
    one.socket.close()
  }, 120_000)
})
