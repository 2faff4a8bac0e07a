import { type Client, Problem } from '@wheelhouse/client'
import type { Widget, WidgetSpec } from '@wheelhouse/contract'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { openTestHouse, type TestHouse } from '../../../../test/fixtures/house.ts'

const patience = { timeout: 60_000, interval: 100 }
const password = 'correct-horse-battery'
const code = (error: unknown): string => (error instanceof Problem ? error.code : String(error))
const widget = (id: string, spec: WidgetSpec, place: Partial<Widget['place']> = {}): Widget => ({
  id,
  place: { x: 0, y: Number(id.replace(/\D/g, '') || 0) * 4, w: 6, h: 4, ...place },
  spec,
})
const note: WidgetSpec = { kind: 'markdown', text: '# Hello' }

describe('dashboards', { timeout: 120_000 }, () => {
  let house: TestHouse
  let viewer: Client
  let developer: Client
  let narrow: Client
  beforeAll(async () => {
    house = await openTestHouse({ env: { WHEELHOUSE_LOG_HISTORY: 'true', WHEELHOUSE_METRICS_HISTORY: 'true' } })
    const sleeps = JSON.stringify(['sh', '-c', 'echo "ERROR one"; while true; do sleep 1; done'])
    const source = `name: boards\nservices:\n  web:\n    command: ${sleeps}\n  api:\n    command: ${sleeps}`
    const { id } = await house.admin.stacks.apply({ source, target: 'local', directory: house.data })
    await vi.waitFor(async () => expect((await house.admin.jobs.get({ id })).finishedAt).not.toBeNull(), patience)
    const { items } = await house.admin.services.list({ stack: 'boards' })
    const web = items.find(({ stackService }) => stackService === 'web')!
    await house.admin.users.create({ username: 'viewer', password, role: 'viewer' })
    await house.admin.users.create({ username: 'developer', password, role: 'developer' })
    await house.admin.users.create({
      username: 'narrow',
      password,
      role: 'viewer',
      reach: 'granted',
      grants: [{ on: 'service', id: web.id, role: 'viewer' }],
    })
    viewer = (await house.signIn('viewer', password)).client
    developer = (await house.signIn('developer', password)).client
    narrow = (await house.signIn('narrow', password)).client
  }, 120_000)
  afterAll(() => house.close(), 60_000)

  test('are made, changed, copied and removed by whoever they belong to', async () => {
    const made = await viewer.dashboards.create({ name: 'Mine', widgets: [widget('w1', note)] })
    expect(made).toMatchObject({ version: 1, own: true, shared: false, mayChange: true, rangeMs: 3_600_000 })
    const changed = await viewer.dashboards.update({ id: made.id, version: 1, name: 'Ours', rangeMs: 60_000 })
    expect(changed).toMatchObject({ version: 2, name: 'Ours', rangeMs: 60_000, widgetCount: 1 })
    const copy = await viewer.dashboards.duplicate({ id: made.id })
    expect(copy).toMatchObject({ name: 'Ours 2', version: 1, widgets: changed.widgets })
    expect((await viewer.dashboards.list({})).items.map(({ name }) => name)).toEqual(['Ours', 'Ours 2'])
    expect(await viewer.dashboards.create({ name: 'Ours' }).catch(code)).toBe('CONFLICT')
    expect(await viewer.dashboards.update({ id: copy.id, version: 1, name: 'Ours' }).catch(code)).toBe('CONFLICT')
    await viewer.dashboards.begin({ id: made.id })
    expect((await viewer.dashboards.get({ id: 'Ours' })).isDefault).toBe(true)
    await viewer.dashboards.remove({ id: made.id })
    await viewer.dashboards.remove({ id: copy.id })
    expect((await viewer.dashboards.list({})).items).toEqual([])
  })

  test('two who change one at once: the second is told who was first', async () => {
    const { id } = await developer.dashboards.create({ name: 'Race', shared: true })
    await house.admin.dashboards.update({ id, version: 1, description: 'first' })
    const late = await developer.dashboards.update({ id, version: 1, description: 'second' }).catch((e: unknown) => e)
    expect(late).toMatchObject({
      code: 'STATE_CONFLICT',
      message: expect.stringContaining('admin changed Race') as string,
    })
    expect((await developer.dashboards.get({ id })).description).toBe('first')
    await developer.dashboards.remove({ id })
  })

  test('of another are not there, unless they are shared; shared ones are changed by those who manage them', async () => {
    const own = await developer.dashboards.create({ name: 'Private' })
    for (const client of [viewer, house.admin]) {
      expect(await client.dashboards.get({ id: own.id }).catch(code)).toBe('NOT_FOUND')
      expect(await client.dashboards.data({ id: own.id }).catch(code)).toBe('NOT_FOUND')
      expect(await client.dashboards.export({ id: own.id }).catch(code)).toBe('NOT_FOUND')
      expect(await client.dashboards.duplicate({ id: own.id }).catch(code)).toBe('NOT_FOUND')
      expect(await client.dashboards.update({ id: own.id, version: 1, name: 'x' }).catch(code)).toBe('NOT_FOUND')
      expect(await client.dashboards.remove({ id: own.id }).catch(code)).toBe('NOT_FOUND')
      expect(await client.dashboards.begin({ id: own.id }).catch(code)).toBe('NOT_FOUND')
      expect((await client.dashboards.list({})).items.map(({ name }) => name)).not.toContain('Private')
    }
    const shared = await developer.dashboards.update({ id: own.id, version: 1, shared: true })
    expect(await viewer.dashboards.get({ id: own.id })).toMatchObject({ own: false, mayChange: false })
    expect(await viewer.dashboards.update({ id: own.id, version: shared.version, name: 'x' }).catch(code)).toBe(
      'FORBIDDEN',
    )
    expect(await viewer.dashboards.remove({ id: own.id }).catch(code)).toBe('FORBIDDEN')
    expect(await viewer.dashboards.create({ name: 'Loud', shared: true }).catch(code)).toBe('FORBIDDEN')
    const quiet = await viewer.dashboards.create({ name: 'Quiet' })
    expect(await viewer.dashboards.update({ id: quiet.id, version: 1, shared: true }).catch(code)).toBe('FORBIDDEN')
    const file = await viewer.dashboards.export({ id: quiet.id })
    expect(await viewer.dashboards.import({ file, replace: true, shared: true }).catch(code)).toBe('FORBIDDEN')
    expect((await viewer.dashboards.get({ id: quiet.id })).shared).toBe(false)
  })

  test('as a file come back as they were, and replace the one of their name only when told', async () => {
    const widgets = [widget('w1', note), widget('w2', { kind: 'topology' })]
    const { id } = await viewer.dashboards.create({ name: 'File', description: 'kept', widgets })
    const file = await viewer.dashboards.export({ id })
    expect(file).toEqual({
      wheelhouse: 'dashboard',
      version: 1,
      name: 'File',
      description: 'kept',
      rangeMs: 3_600_000,
      widgets,
    })
    expect(await viewer.dashboards.import({ file }).catch(code)).toBe('CONFLICT')
    const again = await viewer.dashboards.import({ file: { ...file, description: 'new' }, replace: true })
    expect(again).toMatchObject({ id, version: 2, description: 'new' })
    expect(await developer.dashboards.import({ file })).toMatchObject({ own: true, version: 1 })
  })

  test.each<[string, unknown]>([
    ['over each other', [widget('w1', note), widget('w2', note, { y: 4 + 1 })]],
    ['outside the columns', [widget('w1', note, { x: 8, w: 6 })]],
    ['below the grid', [widget('w1', note, { y: 398, h: 10 })]],
    ['under one id', [widget('w1', note), widget('w1', note, { x: 6 })]],
    ['of no kind', [{ ...widget('w1', note), spec: { kind: 'iframe', url: 'https://example.com' } }]],
    ['with more than is said', [{ ...widget('w1', note), spec: { ...note, html: '<b>' } }]],
    ['too many', Array.from({ length: 41 }, (_, n) => widget(`w${n}`, note, { y: n * 4, h: 1 }))],
    ['endless', [widget('w1', { kind: 'markdown', text: 'x'.repeat(20_001) })]],
    ['that lead away', [widget('w1', { kind: 'actions', acts: [{ do: 'open', path: '//evil.example', label: 'x' }] })]],
    [
      'that run a script',
      [widget('w1', { kind: 'actions', acts: [{ do: 'open', path: 'javascript:alert(1)', label: 'x' }] })],
    ],
  ])('widgets %s are refused', async (_, widgets) => {
    const board = { name: `Bad ${Math.random()}`, widgets: widgets as Widget[] }
    expect(await viewer.dashboards.create(board).catch(code)).toBe('VALIDATION_FAILED')
  })

  test('each widget answers for itself: one that fails leaves the others alone', async () => {
    const specs: WidgetSpec[] = [
      { kind: 'stat', source: { from: 'services', stack: 'boards', state: 'running' } },
      { kind: 'table', of: 'services', stack: 'boards' },
      { kind: 'table', of: 'targets' },
      { kind: 'table', of: 'deployments' },
      { kind: 'table', of: 'crashes' },
      { kind: 'topology', stack: 'boards' },
      { kind: 'events', stack: 'boards' },
      { kind: 'health', stack: 'boards' },
      note,
      {
        kind: 'actions',
        acts: [
          { do: 'restart', service: 'nobody' },
          { do: 'open', path: '/logs', label: 'Logs' },
        ],
      },
      { kind: 'table', of: 'services', service: 'nobody' },
    ]
    const widgets = specs.map((spec, n) => widget(`w${n}`, spec))
    await expect
      .poll(async () => (await house.admin.services.list({ stack: 'boards', state: 'running' })).total, patience)
      .toBe(2)
    const { widgets: data } = await house.admin.dashboards.preview({ widgets })
    expect(data.map(({ id }) => id)).toEqual(widgets.map(({ id }) => id))
    const [running, services, targets, runs, crashes, topology, , , markdown, actions, gone] = data
    expect(running!.content).toMatchObject({ kind: 'stat', value: 2 })
    expect(services!.content).toMatchObject({ kind: 'services', more: 0 })
    expect(targets!.content).toMatchObject({ kind: 'targets', items: [{ id: 'local' }] })
    expect([runs!.content?.kind, crashes!.content?.kind, markdown!.content?.kind]).toEqual([
      'deployments',
      'crashes',
      'markdown',
    ])
    expect(topology!.content).toMatchObject({ targets: [{ marks: [{ state: 'running' }, { state: 'running' }] }] })
    expect(actions!.content).toMatchObject({ acts: [{ allowed: false }, { allowed: true }] })
    expect(gone!).toMatchObject({ content: null, error: { errorCode: 'NOT_FOUND' } })
  })

  test('a board is filled for who looks, not for who made it', async () => {
    const { items } = await house.admin.services.list({ stack: 'boards' })
    const [web, api] = ['web', 'api'].map((name) => items.find(({ stackService }) => stackService === name)!)
    const specs: WidgetSpec[] = [
      { kind: 'stat', source: { from: 'services', stack: 'boards' } },
      { kind: 'table', of: 'services', service: api!.id },
      { kind: 'events', service: api!.id },
      { kind: 'health', service: api!.id },
      { kind: 'topology' },
      { kind: 'log', stack: 'boards' },
      { kind: 'log', service: api!.id },
      {
        kind: 'actions',
        acts: [
          { do: 'stop', service: web!.id },
          { do: 'stop', service: api!.id },
        ],
      },
      { kind: 'events' },
    ]
    await expect
      .poll(
        async () =>
          new Set((await house.admin.logHistory.search({ stack: 'boards' })).items.map(({ serviceId }) => serviceId))
            .size,
        patience,
      )
      .toBe(2)
    const { id } = await developer.dashboards.create({
      name: 'Shown',
      shared: true,
      widgets: specs.map((spec, n) => widget(`w${n}`, spec)),
    })
    const { widgets: data } = await narrow.dashboards.data({ id })
    expect(data[0]!.content).toMatchObject({ value: 1 })
    for (const hidden of [1, 2, 3, 6])
      expect(data[hidden]).toMatchObject({ content: null, error: { errorCode: 'NOT_FOUND' } })
    // Its buttons say the name that stands on them; that is what the board itself says.
    const text = JSON.stringify(data.filter(({ content }) => content?.kind !== 'actions').map(({ content }) => content))
    expect(text).not.toContain(api!.id)
    expect(data[4]!.content).toMatchObject({ targets: [{ marks: [{ id: web!.id }] }] })
    expect(data[5]!.content).toMatchObject({ kind: 'log' })
    expect(data[7]!.content).toMatchObject({
      acts: [
        { allowed: false, why: expect.stringContaining('not operate') as string },
        { allowed: false, serviceId: null },
      ],
    })
    const whole = await developer.dashboards.data({ id })
    expect(whole.widgets[0]!.content).toMatchObject({ value: 2 })
    expect(whole.version).toBe(1)
  })

  test('numbers and lines come from what is kept, of what the viewer may see', async () => {
    const specs: WidgetSpec[] = [
      { kind: 'stat', source: { from: 'metric', metric: 'memory.bytes', stack: 'boards' }, lastWeek: true },
      { kind: 'chart', metric: 'memory.bytes', stack: 'boards' },
      { kind: 'stat', source: { from: 'lines', stack: 'boards', level: 'error' }, lastWeek: true },
      { kind: 'stat', source: { from: 'crashes', stack: 'boards' } },
      { kind: 'chart', metric: 'no.such' },
    ]
    const widgets = specs.map((spec, n) => widget(`w${n}`, spec))
    const shown = async (client: Client) => (await client.dashboards.preview({ widgets })).widgets
    await expect
      .poll(async () => (await shown(house.admin))[0]!.content, patience)
      .toMatchObject({ unit: 'bytes', value: expect.any(Number) as number, lastWeek: null })
    await expect
      .poll(async () => (await shown(house.admin))[2]!.content, patience)
      .toMatchObject({ value: 2, lastWeek: 0 })
    const [, chart, , crashes, unknown] = await shown(house.admin)
    expect(chart!.content).toMatchObject({ kind: 'chart', answer: { series: [{ unit: 'bytes' }, { unit: 'bytes' }] } })
    expect(crashes!.content).toMatchObject({ value: 0 })
    expect(unknown!.error).toMatchObject({ errorCode: 'NOT_FOUND' })
    const [, narrowed, lines] = await shown(narrow)
    expect(narrowed!.content).toMatchObject({ answer: { series: [{ service: 'boards-web' }] } })
    expect(lines!.content).toMatchObject({ value: 1 })
  })

  test('templates are whole boards that can be made as they are', async () => {
    const { items } = await viewer.dashboards.templates({ service: 'web', stack: 'boards' })
    expect(items.map(({ key }) => key)).toEqual(['fleet', 'on-call', 'deployments', 'service', 'stack'])
    for (const { file, key } of items) {
      const { widgets } = await viewer.dashboards.import({ file: { ...file, name: `From ${key}` } })
      expect(widgets).toEqual(file.widgets)
    }
    const plain = await viewer.dashboards.templates({})
    expect(plain.items.map(({ needs }) => needs)).toEqual([null, null, null, 'service', 'stack'])
  })

  test('what somebody who is gone has shared stays', async () => {
    const user = await house.admin.users.create({ username: 'leaver', password, role: 'developer' })
    const { client } = await house.signIn('leaver', password)
    const kept = await client.dashboards.create({ name: 'For all', shared: true })
    await house.admin.users.remove({ id: user.id })
    expect((await viewer.dashboards.get({ id: kept.id })).owner).toBe('leaver')
  })
})
