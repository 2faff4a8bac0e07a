import { type ContainerSpec, type FoundResource, ownLabels } from '@wheelhouse/driver'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readStack } from '../read-stack.ts'
import { MemoryEngine } from '../testing/memory-engine.ts'
import { admin, as, by, openStacks } from '../testing/stack-room.ts'

const text = `services:
  web:
    image: nginx:1
    env_file: web.env
    environment: { PATTERN: "a$$b" }
    depends_on: [db]
    deploy: { replicas: 2 }
  db:
    image: pg
    environment: { DB_PASSWORD: hunter2 }
    volumes: [data:/data]
volumes: { data: {} }
`

describe('adopting what was started elsewhere', () => {
  let directory = ''
  let close: () => Promise<void> = () => Promise.resolve()
  beforeEach(() => {
    directory = realpathSync(mkdtempSync(join(tmpdir(), 'wh-adopt-')))
  })
  afterEach(async () => {
    await close()
    rmSync(directory, { recursive: true })
  })
  const write = (name: string, content: string) => writeFileSync(join(directory, name), content)

  /** Starts what Compose would, with the labels it writes and none of ours. */
  async function open(folder = directory, bindFolders: readonly string[] = []) {
    write('compose.yaml', text)
    write('web.env', 'API_TOKEN=t0p-secret\n')
    const engine = new MemoryEngine()
    const room = await openStacks([[engine, 'unix:///x']], { bindFolders })
    close = room.close
    const { rendered } = readStack({
      source: text,
      name: 'shop',
      directory: folder,
      files: { 'web.env': 'API_TOKEN=t0p-secret\n' },
    })
    for (const spec of rendered!.resources) engine.found(spec)
    for (const { spec } of rendered!.workloads) engine.found(spec as ContainerSpec)
    const id = 'docker:shop'
    const draft = (caller = admin) => room.handlers.draft({ id }, by(caller))
    engine.acts.length = 0
    return { engine, ...room, id, draft }
  }
  const verbs = (plan: { steps: { verb: string; name: string }[] }) =>
    plan.steps.filter(({ verb }) => verb !== 'keep').map(({ verb, name }) => `${verb} ${name}`)
  const asked = { name: 'shop', target: 'docker', adopt: true }

  it('keeps everything as it is, and is then managed', async () => {
    const { engine, draft, plan, apply, handlers, events, id } = await open()
    const { source, files, from, directory: folder } = await draft()
    expect({ source, from, files }).toEqual({
      source: text,
      from: 'files',
      files: { [join(directory, 'web.env')]: 'API_TOKEN=t0p-secret\n' },
    })
    const whole = { ...asked, files, directory: folder! }
    expect(verbs(await plan(source, whole))).toEqual([])
    expect((await apply(source, whole)).error).toBeNull()
    expect(engine.acts).toEqual([])
    expect(await handlers.get({ id }, by(admin))).toMatchObject({ managed: true, revision: 1, source: text })
    expect((await handlers.revisions({ id }, by(admin))).items).toMatchObject([{ origin: 'adopt', state: 'applied' }])
    expect(events).toMatchObject([{ type: 'stack.adopted', stack: 'shop', actor: 'mara' }])
    await expect(draft()).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
    await expect(plan(source, whole)).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
  })

  it('writes a file from what runs, keeps secrets, and tells what is lost', async () => {
    const { engine, draft, plan, apply, handlers } = await open()
    write('compose.yaml', text.replace('nginx:1', 'nginx:2'))
    engine.lost = ['a MAC address of its own']
    const { source, kept, notes, from } = await draft()
    expect(from).toBe('containers')
    expect(kept).toEqual([
      { service: 'db', variable: 'DB_PASSWORD' },
      { service: 'web', variable: 'API_TOKEN' },
    ])
    expect(source).not.toMatch(/hunter2|t0p-secret/)
    expect(notes).toContain('db: the file does not say a MAC address of its own.')
    expect(notes[0]).toContain('does not say what runs')
    const checked = await handlers.validate({ source, ...asked }, by(admin))
    expect(checked.problems.map(({ message }) => message).join()).not.toContain('left out')
    expect((await apply(source, asked)).error).toBeNull()
    expect(engine.acts).toEqual([])
    // From then on it is a stack like any other: only what changed is made anew, with the values that were kept.
    expect(verbs(await plan(source))).toEqual([])
    const later = source.replace('image: pg', 'image: pg:17')
    const planned = await plan(later)
    expect(planned.steps.filter(({ verb }) => verb !== 'keep')).toMatchObject([
      { verb: 'replace', name: 'db', reasons: ['image: pg → pg:17'] },
    ])
    expect(JSON.stringify(planned)).not.toMatch(/hunter2|left out/)
    expect((await apply(later)).error).toBeNull()
    expect(engine.made('shop-db-1')?.environment.DB_PASSWORD).toBe('hunter2')
    expect(verbs(await plan(later))).toEqual([])
    expect(verbs(await plan(later.replace('replicas: 2', 'replicas: 1')))).toEqual(['remove web'])
  })

  it('can be tried again, or mended, when something of it cannot start', async () => {
    const { engine, draft, plan, apply } = await open()
    write('compose.yaml', 'services: {}')
    const { source } = await draft()
    engine.change('shop-db-1', { state: 'failed', exitCode: 1 })
    engine.becomes = ({ service }) => (service === 'db' ? { state: 'failed', exitCode: 1 } : {})
    const planned = await plan(source, asked)
    expect(verbs(planned)).toEqual(['change db'])
    const failed = await apply(source, asked)
    expect(failed.state).toBe('failed')
    expect(JSON.stringify(failed)).not.toContain('hunter2')
    expect(verbs(await plan(source))).toEqual(['change db'])
    engine.becomes = () => ({})
    expect((await draft()).source).toBe(source)
    expect((await apply(source, asked)).error).toBeNull()
    expect(engine.acts.filter((act) => /create|remove|rename/.test(act))).toEqual([])
    expect(verbs(await plan(source))).toEqual([])
  })

  it('does not pass off as the same what the asked file says otherwise', async () => {
    const { draft, plan } = await open()
    write('compose.yaml', 'services: {}')
    const { source } = await draft()
    const { steps } = await plan(source.replace('nginx:1', 'nginx:2'), asked)
    expect(steps.filter(({ verb }) => verb !== 'keep').map(({ verb, name }) => `${verb} ${name}`)).toEqual([
      'replace shop-web-1',
      'replace shop-web-2',
    ])
  })

  it('reads no file for whom the policy does not open the folder, and none that does not say what runs', async () => {
    const developer = as({})
    const { draft } = await open()
    const refused = await draft(developer)
    expect(refused).toMatchObject({ from: 'containers', files: {} })
    expect(refused.notes[0]).toContain('the policy does not open that folder to you')
    expect(JSON.stringify(refused)).not.toMatch(/hunter2|t0p-secret/)
    // A link that leads out of the folder is not followed, whoever asks.
    rmSync(join(directory, 'compose.yaml'))
    const outside = mkdtempSync(join(tmpdir(), 'wh-outside-'))
    writeFileSync(join(outside, 'compose.yaml'), text)
    symlinkSync(join(outside, 'compose.yaml'), join(directory, 'compose.yaml'))
    const led = await draft()
    rmSync(outside, { recursive: true })
    expect(led).toMatchObject({ from: 'containers', files: {} })
    expect(led.notes[0]).toContain('leads out of')
  })

  it('reads for a developer what the policy lets him mount, and nothing beside it', async () => {
    const { draft } = await open(directory, [directory])
    expect(await draft(as({}))).toMatchObject({ from: 'files', source: text })
    await close()
    // The name of the folder only starts alike.
    const { draft: beside } = await open(directory, [directory.slice(0, -1)])
    expect(await beside(as({}))).toMatchObject({ from: 'containers', files: {} })
  })

  it('says the same of a folder that is there and of one that is not', async () => {
    const there = join(directory, 'there')
    mkdirSync(there)
    const { draft } = await open(join(directory, 'none'))
    const { notes } = await draft(as({}))
    await close()
    const second = await open(there)
    const { notes: others } = await second.draft(as({}))
    expect(notes[0]!.replace('/none', '/there')).toBe(others[0])
  })

  it('needs the right to apply there, and something to adopt', async () => {
    const { draft, plan, handlers, events } = await open()
    const viewer = as({ role: 'viewer' })
    await expect(draft(viewer)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(plan('services: { a: { image: b } }', asked, viewer)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(draft(as({ reach: 'granted' }))).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(plan('services: { a: { image: b } }', { ...asked, name: 'none' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
    await expect(handlers.draft({ id: 'docker:none' }, by(admin))).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(events).toEqual([])
  })

  it('does not take the own file for what runs where a container was changed by hand since', async () => {
    const { engine, draft, plan, apply } = await open()
    const replaced = Object.assign(engine.made('shop-db-1') as ContainerSpec, { memoryBytes: 64 * 1024 ** 2 })
    engine.change('shop-db-1', { labels: Object.assign(replaced.labels, { [ownLabels.replaces]: 'job-1' }) })
    await expect.poll(async () => (await draft()).from).toBe('containers')
    const { source, notes } = await draft()
    expect(notes[0]).toContain('does not say what runs')
    expect(source).not.toContain('wheelhouse.')
    expect(verbs(await plan(text, { ...asked, files: { 'web.env': 'API_TOKEN=t0p-secret\n' } }))).toEqual([
      'replace db',
    ])
    expect(verbs(await plan(source, asked))).toEqual([])
    expect((await apply(source, asked)).error).toBeNull()
    expect(engine.acts).toEqual([])
  })

  it('leaves out the labels that say where it came from', async () => {
    const { engine, draft } = await open()
    write('compose.yaml', 'services: {}')
    const { source } = await draft()
    expect(source).not.toContain('com.docker.compose')
    expect(source).not.toContain(ownLabels.stack)
    expect(engine.rows()).toHaveLength(3)
    const resource = (await engine.open().resources()) as FoundResource[]
    expect(resource.map(({ name }) => name).toSorted()).toEqual(['shop_data', 'shop_default'])
  })
})
