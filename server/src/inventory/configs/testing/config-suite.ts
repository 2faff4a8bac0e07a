import { type Failure, type NewEvent } from '@wheelhouse/contract'
import type { Database } from '@wheelhouse/platform/db'
import { openSecrets } from '@wheelhouse/platform/secrets'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { type Caller, type CallContext, noExchange } from '../../../dispatch/index.ts'
import { type ConfigEntryRead, createConfigs, diffOf, restoreFiles, writeFiles } from '../index.ts'

const admin: Caller = {
  kind: 'user',
  userId: 'u1',
  username: 'mara',
  sessionId: null,
  tokenName: null,
  authority: { role: 'admin', reach: 'all', grants: [], limits: null },
  face: 'rest',
  ip: '127.0.0.1',
  userAgent: 'test',
}
const as = (role: 'developer' | 'viewer'): Caller => ({
  ...admin,
  username: role,
  authority: { role, reach: 'all', grants: [], limits: null },
})
const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no failure',
    (error: unknown) => (error as Failure).code ?? String(error),
  )

/** Everything config sets do, on the database that is handed in. */
export function configSuite(open: () => Promise<{ database: Database; close(): Promise<void> }>): void {
  let opened: Awaited<ReturnType<typeof open>>
  let folder: string
  let number = 0
  beforeAll(async () => {
    opened = await open()
  })
  afterAll(() => opened.close())
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'wh-configs-')))
    number++
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const write = (name: string, text: string): string => {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8')

  function house(entry?: Partial<ConfigEntryRead>) {
    const events: NewEvent[] = []
    const audited: unknown[] = []
    const stack = `shop${number}`
    const configs = createConfigs({
      database: opened.database,
      secrets: openSecrets({ key: Buffer.alloc(32, 7).toString('base64') }),
      backupFolder: join(folder, 'backups'),
      announce: (event) => events.push(event),
      mayUseMachine: (caller) => caller.authority?.role === 'admin',
      readConfigEntry: (input) =>
        Promise.resolve({
          stack,
          environment: input.environment ?? 'staging',
          directory: input.directory,
          source: { directory: input.directory, file: 'deployment.config.env', environment: 'staging', stack },
          templates: [],
          apps: [],
          ...entry,
        }),
    })
    const by = (caller: Caller = admin): CallContext => ({
      caller,
      requestId: 'r1',
      signal: new AbortController().signal,
      audit: (note) => void audited.push(note),
      exchange: noExchange,
    })
    const { handlers } = configs
    const text = async (input: Parameters<typeof handlers.export>[0], caller = admin): Promise<string> => {
      let all = ''
      for await (const chunk of handlers.export(input, by(caller))) all += chunk
      return all
    }
    return { ...configs, handlers, by, events, audited, stack, text }
  }
  const name = (word: string): string => `${word}-${number}`

  it('makes a set, changes it in versions, and masks its secrets everywhere', async () => {
    const { handlers, by, events, audited, text } = house()
    const id = name('set')
    const values = { DB_HOST: 'db', DB_PASSWORD: 'hunter22', SALT: 'pepper99' }
    const schema = { properties: { SALT: { writeOnly: true, description: 'for hashes' } } }
    const made = await handlers.create({ name: id, environment: 'staging', values, schema, secrets: [] }, by())
    expect(made).toMatchObject({
      version: 1,
      keys: 3,
      secrets: 2,
      problems: [],
      changedBy: 'mara',
      environment: 'staging',
    })
    expect(await codeOf(handlers.create({ name: id }, by()))).toBe('CONFLICT')

    const change = {
      id,
      set: { DB_HOST: 'db2', DB_PASSWORD: 'hunter33', MORE: '1' },
      unset: ['SALT'],
      reason: 'moved',
      version: 1,
    }
    const plan = await handlers.save.plan(change, by())
    expect(plan.steps[0]?.reasons).toEqual([
      '-SALT=[secret]',
      '-DB_HOST=db',
      '+DB_HOST=db2',
      '-DB_PASSWORD=[secret]',
      '+DB_PASSWORD=[secret, changed]',
      '+MORE=1',
    ])
    expect((await handlers.get({ id }, by())).version).toBe(1)
    expect(await handlers.save.run(change, by())).toMatchObject({ version: 2, keys: 3 })
    expect(await codeOf(handlers.save.run(change, by()))).toBe('STATE_CONFLICT')

    const shown = await handlers.get({ id: made.id }, by(as('viewer')))
    expect(shown.values).toEqual([
      { key: 'DB_HOST', value: 'db2', secret: false, version: 2, help: null },
      { key: 'DB_PASSWORD', value: null, secret: true, version: 2, help: null },
      { key: 'MORE', value: '1', secret: false, version: 2, help: null },
    ])
    expect((await handlers.get({ id, version: 1 }, by())).values).toContainEqual({
      key: 'SALT',
      value: null,
      secret: true,
      version: 1,
      help: 'for hashes',
    })
    const history = await handlers.history({ id }, by())
    expect(history.items).toMatchObject([
      { version: 2, by: 'mara', reason: 'moved', added: 1, changed: 2, removed: 1 },
      { version: 1, added: 3, changed: 0, removed: 0 },
    ])
    const found = await handlers.diff({ id }, by())
    expect(found).toMatchObject({ added: ['MORE'], changed: ['DB_HOST', 'DB_PASSWORD'], removed: ['SALT'] })
    expect(found.diff).toContain(
      '-DB_PASSWORD=[secret]\n-SALT=[secret]\n+DB_HOST=db2\n+DB_PASSWORD=[secret, changed]\n+MORE=1\n',
    )

    expect(await handlers.reveal({ id, key: 'DB_PASSWORD' }, by())).toEqual({ key: 'DB_PASSWORD', value: 'hunter33' })
    expect(await codeOf(handlers.reveal({ id, key: 'NONE' }, by()))).toBe('NOT_FOUND')
    expect(await text({ id }, as('viewer'))).toBe('DB_HOST=db2\nDB_PASSWORD=[secret]\nMORE=1\n')
    expect(await codeOf(text({ id, secrets: true }, as('viewer')))).toBe('FORBIDDEN')
    expect(await text({ id, secrets: true })).toContain('hunter33')

    const back = await handlers.restore.run({ id, version: 1 }, by())
    expect(back).toMatchObject({ version: 3, keys: 3 })
    expect((await handlers.reveal({ id, key: 'SALT' }, by())).value).toBe('pepper99')
    expect(JSON.stringify([events, audited, history, plan, found, shown])).not.toMatch(/hunter|pepper/)
    expect(events.filter(({ type }) => type === 'config.changed')).toHaveLength(3)

    expect((await handlers.remove.plan({ id }, by())).summary).toContain('3 versions')
    await handlers.remove.run({ id }, by())
    expect(await codeOf(handlers.get({ id }, by()))).toBe('NOT_FOUND')
  })

  it('two who save at once: one is told', async () => {
    const { handlers, by } = house()
    const id = name('race')
    await handlers.create({ name: id, values: { A: '1' } }, by())
    const both = await Promise.all(
      ['2', '3'].map((A) => codeOf(handlers.save.run({ id, set: { A }, version: 1 }, by()))),
    )
    expect(both.toSorted()).toEqual(['STATE_CONFLICT', 'no failure'])
    expect((await handlers.get({ id }, by())).version).toBe(2)
  })

  it('refuses new errors, lets old ones be mended one by one, and refuses to lose every value', async () => {
    const { handlers, by } = house()
    const id = name('checked')
    expect(await codeOf(handlers.create({ name: id, values: { ENVIRONMENT: 'prod' } }, by()))).toBe('CONFIG_INVALID')
    await handlers.create({ name: id, values: { A: 'x', B: 'y' } }, by())
    await handlers.save.run({ id, schema: { properties: { A: { type: 'string' } } } }, by())
    expect(await codeOf(handlers.save.run({ id, set: { WEB_PORT: '80' } }, by()))).toBe('CONFIG_INVALID')
    expect(await codeOf(handlers.save.run({ id, unset: ['A', 'B'] }, by()))).toBe('CONFIG_INVALID')
    expect(await codeOf(handlers.save.run({ id, schema: { type: 'nonsense' } }, by()))).toBe('CONFIG_INVALID')
    const file = write('old.env', 'A_PORT=80\nB_PORT=90\n')
    const other = name('old')
    expect(await codeOf(handlers.create({ name: other, path: file }, by()))).toBe('CONFIG_INVALID')
    write('old.env', 'A_PORT=8000\nB_PORT=8001\n')
    await handlers.create({ name: other, path: file }, by())
    write('old.env', 'A_PORT=80\nB_PORT=90\n')
    expect(await handlers.save.run({ id: other, set: { A_PORT: '8080' } }, by())).toMatchObject({
      version: 3,
      problems: [{ key: 'B_PORT' }],
    })
  })

  it('imports and exports all formats, and keeps what is only masked', async () => {
    const { handlers, by, text } = house()
    const id = name('moved')
    const values = { TEXT: 'a # "b" \'c\'\nd', EMPTY: '', API_TOKEN: 'hunter22', NUMBER: '007' }
    await handlers.create({ name: id, values }, by())
    for (const format of ['env', 'json', 'yaml'] as const) {
      const other = `${id}-${format}`
      await handlers.create({ name: other }, by())
      await handlers.import.run(
        { id: other, format, text: await text({ id, format, secrets: true }), replace: true },
        by(),
      )
      expect(JSON.parse(await text({ id: other, format: 'json', secrets: true }))).toEqual(values)
      const masked = await text({ id: other, format })
      expect(masked).not.toContain('hunter')
      await handlers.import.run({ id: other, text: masked.replace('007', '008'), format, replace: true }, by())
      expect(JSON.parse(await text({ id: other, format: 'json', secrets: true }))).toEqual({ ...values, NUMBER: '008' })
    }
    const fresh = `${id}-fresh`
    await handlers.create({ name: fresh }, by())
    expect(await codeOf(handlers.import.run({ id: fresh, text: 'API_TOKEN=[secret]\n' }, by()))).toBe('CONFIG_INVALID')
    expect(await codeOf(handlers.import.run({ id: fresh, text: 'nonsense\n' }, by()))).toBe('CONFIG_INVALID')
    const plan = await handlers.import.plan({ id, text: 'NEW=1\n' }, by())
    expect(plan.steps[0]?.reasons).toEqual(['+NEW=1'])
  })

  it('validates with line and key, and never answers what a secret is', async () => {
    const { handlers, by } = house()
    const id = name('valid')
    await handlers.create({ name: id, values: { A: '1', API_TOKEN: 'hunter22' }, schema: { required: ['A'] } }, by())
    const found = await handlers.validate({ id, text: '# x\nENVIRONMENT=prod\nAPI_TOKEN=[secret]\n' }, by(as('viewer')))
    expect(found).toEqual({
      ok: false,
      keys: 2,
      problems: [
        { key: 'A', line: null, severity: 'error', message: 'A is missing. The schema requires it.' },
        {
          key: 'ENVIRONMENT',
          line: 2,
          severity: 'error',
          message: "ENVIRONMENT must be one of development, staging, production; it is 'prod'.",
        },
      ],
    })
    for (const pattern of ['^hunter', '^other']) {
      const schema = { properties: { API_TOKEN: { pattern } } }
      expect(await handlers.validate({ id, schema, text: 'API_TOKEN=[secret]\n' }, by(as('viewer')))).toMatchObject({
        ok: true,
      })
    }
    expect(await handlers.validate({ id, text: '' }, by())).toMatchObject({ ok: false })
  })

  it('a set with a file keeps it in step, with its comments, a backup, its mode, and who changed it besides', async () => {
    const { handlers, by } = house()
    const id = name('file')
    const path = write('app.env', '# shop\r\nA=1 # one\r\nDB_PASSWORD=old\r\n')
    chmodSync(path, 0o640)
    expect(await codeOf(handlers.create({ name: id, path }, by(as('developer'))))).toBe('POLICY_REFUSED')
    await handlers.create({ name: id, path, values: { B: '2' } }, by())
    expect(read('app.env')).toBe('# shop\r\nA=1 # one\r\nDB_PASSWORD=old\r\nB=2\r\n')
    expect(await codeOf(handlers.save.run({ id, set: { A: '2' } }, by(as('developer'))))).toBe('POLICY_REFUSED')
    expect(await codeOf(handlers.create({ name: `${id}-2`, path }, by()))).toBe('CONFLICT')

    write('app.env', read('app.env').replace('A=1', 'A=9'))
    expect(await codeOf(handlers.save.run({ id, set: { B: '3' }, version: 1 }, by()))).toBe('STATE_CONFLICT')
    const plan = await handlers.save.plan({ id, set: { B: '3' } }, by())
    expect(plan.warnings[0]).toContain('changed by someone else')
    expect(await handlers.save.run({ id, set: { B: '3' }, reason: 'more' }, by())).toMatchObject({ version: 3 })
    expect(read('app.env')).toBe('# shop\r\nA=9 # one\r\nDB_PASSWORD=old\r\nB=3\r\n')
    expect(statSync(path).mode & 0o777).toBe(0o640)
    expect((await handlers.history({ id }, by())).items.map(({ by: who, reason }) => `${who}: ${reason}`)).toEqual([
      'mara: more',
      'system: changed in its file',
      'mara: made',
    ])
    await handlers.restore.run({ id, version: 1 }, by())
    expect(read('app.env')).toBe('# shop\r\nA=1 # one\r\nDB_PASSWORD=old\r\nB=2\r\n')
    write('app.env', 'A="never closed')
    expect(await codeOf(handlers.save.run({ id, set: { A: '2' } }, by()))).toBe('CONFIG_INVALID')
    expect(read('app.env')).toBe('A="never closed')
    await handlers.remove.run({ id }, by())
    expect(existsSync(path)).toBe(true)
  })

  it('reads the values of a file, records what changed out-of-band, and never an emptied file', async () => {
    const { values, handlers, by, stack } = house()
    write('deployment.config.env', 'ENVIRONMENT=prod\nDB_PASSWORD=hunter22\nLISTED=x\n')
    write('schema.json', '{"required": ["APP_URL"]}')
    const source = {
      directory: folder,
      file: 'deployment.config.env',
      schema: 'schema.json',
      secrets: ['LISTED'],
      environment: 'production',
      stack,
    }
    const first = await values(source, { by: 'mara', reason: 'deployed' })
    expect(first).toMatchObject({ setName: `${stack}-production`, version: 1, values: { DB_PASSWORD: 'hunter22' } })
    expect([...first.secretKeys]).toEqual(['DB_PASSWORD', 'LISTED'])
    expect(first.problems).toEqual([
      { key: 'APP_URL', line: null, severity: 'error', message: 'APP_URL is missing. The schema requires it.' },
      {
        key: 'ENVIRONMENT',
        line: 1,
        severity: 'error',
        message: "ENVIRONMENT must be one of development, staging, production; it is 'prod'.",
      },
    ])
    expect((await values(source)).version).toBe(1)
    write('deployment.config.env', 'ENVIRONMENT=production\nDB_PASSWORD=hunter33\nAPP_URL=x\n')
    expect(await values(source)).toMatchObject({ version: 2, problems: [] })
    expect((await handlers.history({ id: first.setName }, by())).items[0]).toMatchObject({
      by: 'system',
      reason: 'changed in its file',
      added: 1,
      changed: 2,
      removed: 1,
    })
    write('deployment.config.env', '# nothing\n')
    const emptied = await values(source)
    expect(emptied.problems[1]?.message ?? emptied.problems[0]?.message).toBeDefined()
    expect(emptied.problems.map(({ message }) => message).join()).toContain(
      'There were 3 values before and there are none now',
    )
    expect((await handlers.get({ id: first.setName }, by())).version).toBe(2)
    symlinkSync('/etc/passwd', join(folder, 'link.env'))
    expect(await codeOf(values({ ...source, file: 'link.env' }))).toBe('POLICY_REFUSED')
    expect(await codeOf(values({ ...source, file: '../x.env' }))).toBe('POLICY_REFUSED')
    expect(await codeOf(values({ ...source, file: 'none.env' }))).toBe('NOT_FOUND')
    expect(await codeOf(values({ ...source, schema: '../schema.json' }))).toBe('POLICY_REFUSED')
  })

  it('two who read a new file at once make one set', async () => {
    const { values, stack } = house()
    write('deployment.config.env', 'A=1\n')
    const source = { directory: folder, file: 'deployment.config.env', environment: 'staging', stack }
    const both = await Promise.all([values(source), values(source), values(source)])
    expect(new Set(both.map(({ setId }) => setId)).size).toBe(1)
    expect(both.map(({ version }) => version)).toEqual([1, 1, 1])
  })

  it('takes the values of a set by name', async () => {
    const { values, handlers, by, stack } = house()
    await handlers.create({ name: name('named'), values: { A: '1' } }, by())
    const source = { directory: null, set: name('named'), environment: 'staging', stack }
    expect(await values(source)).toMatchObject({ setName: name('named'), version: 1, values: { A: '1' } })
    expect(await codeOf(values({ ...source, set: 'none' }))).toBe('NOT_FOUND')
  })

  const master = 'ENVIRONMENT=staging\nAPP_IP=10.0.0.1\nBACKEND_PORT=8000\nDB_HOST=db\nDB_PASSWORD="hunter 22"\n'
  const laravel =
    'APP_ENV={{ environment }}\nAPP_URL=http://{{ app_ip }}:{{ backend_port }}\nDB_HOST={{ DB_HOST }}\nDB_PASSWORD="{{ config.DB_PASSWORD }}"\n'
  const templates = [
    { from: 'templates/laravel.env.j2', to: 'apps/backend/.env' },
    { from: 'templates/nuxt.env.j2', to: './apps/pwa/.env', mode: '0640' },
    { from: 'templates/nginx.conf.j2', to: 'configs/nginx.conf', app: 'proxy' },
  ]
  const apps = [
    { name: 'backend', path: './apps/backend' },
    { name: 'pwa', path: 'apps/pwa/' },
  ]
  function stage(): void {
    write('deployment.config.env', master)
    write('templates/laravel.env.j2', laravel)
    write('templates/nuxt.env.j2', 'API=http://{{ app_ip }}\n')
    write('templates/nginx.conf.j2', 'listen {{ backend_port }}; # {{ db_password }}\n')
    write('apps/backend/.env', 'APP_ENV=local\nDB_PASSWORD="hunter 11"\n')
    chmodSync(join(folder, 'apps/backend/.env'), 0o644)
    mkdirSync(join(folder, 'apps/pwa'))
  }

  it('previews, plans and syncs the files of a manifest, secrets masked, old files backed up', async () => {
    stage()
    const { handlers, by, stack, events, audited } = house({ templates, apps })
    const asked = { directory: folder }
    expect(await codeOf(handlers.preview(asked, by(as('developer'))))).toBe('POLICY_REFUSED')
    const preview = await handlers.preview(asked, by())
    expect(preview.problems).toEqual([])
    expect(preview.files.map(({ app, verb }) => `${app} ${verb}`)).toEqual([
      'backend change',
      'pwa create',
      'proxy create',
    ])
    expect(preview.files[0]?.diff).toBe(
      'old mode 0644\nnew mode 0600\n--- apps/backend/.env\n+++ apps/backend/.env\n@@ -1,2 +1,4 @@\n-APP_ENV=local\n-DB_PASSWORD=[secret]\n+APP_ENV=staging\n+APP_URL=http://10.0.0.1:8000\n+DB_HOST=db\n+DB_PASSWORD=[secret, changed]\n',
    )
    expect(existsSync(join(folder, 'apps/pwa/.env'))).toBe(false)
    expect(await codeOf(handlers.get({ id: `${stack}-staging` }, by()))).toBe('NOT_FOUND')
    const plan = await handlers.sync.plan(asked, by())
    expect(plan).toMatchObject({ counts: { change: 1, create: 2 }, digest: preview.digest })
    expect(await codeOf(handlers.sync.run({ ...asked, digest: 'other' }, by()))).toBe('PLAN_CHANGED')
    expect(await codeOf(handlers.sync.run(asked, by(as('developer'))))).toBe('POLICY_REFUSED')

    const done = await handlers.sync.run({ ...asked, digest: plan.digest }, by())
    expect(done).toMatchObject({ set: `${stack}-staging`, version: 1 })
    expect(read('apps/backend/.env')).toBe(
      'APP_ENV=staging\nAPP_URL=http://10.0.0.1:8000\nDB_HOST=db\nDB_PASSWORD="hunter 22"\n',
    )
    expect(read('configs/nginx.conf')).toBe('listen 8000; # hunter 22\n')
    expect([
      statSync(join(folder, 'apps/backend/.env')).mode & 0o777,
      statSync(join(folder, 'apps/pwa/.env')).mode & 0o777,
    ]).toEqual([0o600, 0o640])
    expect(done.backedUp).toHaveLength(1)
    expect(readFileSync(done.backedUp[0]!, 'utf8')).toBe('APP_ENV=local\nDB_PASSWORD="hunter 11"\n')

    const again = await handlers.sync.run(asked, by())
    expect(again.files.every(({ verb }) => verb === 'keep')).toBe(true)
    expect(again.backedUp).toEqual([])
    // The old password, which stands in a file of no known form, is masked too.
    write('deployment.config.env', master.replace('hunter 22', 'hunter 33'))
    await handlers.save.run({ id: done.set, set: { DB_HOST: 'db2' } }, by())
    const later = await handlers.preview(asked, by())
    expect(later.files[2]?.diff).toContain('-listen 8000; # [secret]\n+listen 8000; # [secret, changed]\n')
    expect(JSON.stringify([preview, plan, done, again, later, events, audited])).not.toContain('hunter')
  })

  it('syncs the chosen apps only, and says which there are', async () => {
    stage()
    const { handlers, by } = house({ templates, apps })
    const done = await handlers.sync.run({ directory: folder, apps: ['pwa'] }, by())
    expect(done.files.map(({ path }) => path)).toEqual([join(folder, 'apps/pwa/.env')])
    expect(read('apps/backend/.env')).toContain('local')
    await expect(handlers.sync.run({ directory: folder, apps: ['nope'] }, by())).rejects.toThrow(
      /It has backend, pwa, proxy/,
    )
  })

  it('writes nothing when the values have errors, a name is missing, or a target leads out', async () => {
    stage()
    const entry = { templates: [...templates], apps }
    const { handlers, by } = house(entry)
    const sync = () => handlers.sync.run({ directory: folder }, by())
    write('deployment.config.env', master.replace('staging', 'prod'))
    await expect(sync()).rejects.toThrow(
      "line 1: ENVIRONMENT must be one of development, staging, production; it is 'prod'.",
    )
    expect((await handlers.preview({ directory: folder }, by())).problems).toMatchObject([
      { key: 'ENVIRONMENT', line: 1 },
    ])
    write('deployment.config.env', master)
    write('templates/nginx.conf.j2', '\n{{ DB_PROT }}')
    await expect(sync()).rejects.toThrow('templates/nginx.conf.j2, line 2: DB_PROT has no value.')
    write('templates/nginx.conf.j2', 'x')
    for (const to of ['../out.env', '/tmp/out.env', 'escape/x']) {
      symlinkSync('/tmp', join(folder, 'escape'))
      entry.templates[2] = { from: 'templates/nginx.conf.j2', to }
      expect(await codeOf(sync()), to).toBe('POLICY_REFUSED')
      rmSync(join(folder, 'escape'))
    }
    entry.templates[2] = { from: 'templates/nginx.conf.j2', to: 'apps/backend/.env' }
    expect(await codeOf(sync())).toBe('STACK_INVALID')
    expect(read('apps/backend/.env')).toContain('local')
  })

  it('what a deployment does: values, render, diff, write, restore', async () => {
    stage()
    const { values, render, stack } = house()
    const source = { directory: folder, file: 'deployment.config.env', environment: 'staging', stack }
    await values(source)
    const rendered = await render(source, templates, folder, { places: apps, apps: ['backend', 'proxy'] })
    expect(diffOf(rendered).map(({ verb }) => verb)).toEqual(['change', 'create'])
    const written = await writeFiles(rendered, join(folder, 'backups/run'))
    expect(read('configs/nginx.conf')).toContain('hunter 22')
    await restoreFiles(written)
    await restoreFiles(written)
    expect(read('apps/backend/.env')).toBe('APP_ENV=local\nDB_PASSWORD="hunter 11"\n')
    expect(statSync(join(folder, 'apps/backend/.env')).mode & 0o777).toBe(0o644)
    expect(existsSync(join(folder, 'configs'))).toBe(false)
  })

  it('gives each template a schema that its own first values fit, but for the secrets to be made up', async () => {
    const { handlers, by } = house()
    const { items } = await handlers.templates({}, by())
    expect(items.map((item) => item.name)).toEqual(['laravel', 'node', 'nuxt'])
    for (const { schema, values } of items) {
      const text = JSON.stringify(values)
      const { problems } = await handlers.validate({ text, format: 'json', schema }, by())
      expect(problems.filter(({ key }) => values[key] !== '')).toEqual([])
    }
  })

  it('is for those who hold the permission for the whole house', async () => {
    const { handlers, by } = house()
    const id = name('locked')
    await handlers.create({ name: id, values: { A: '1' } }, by())
    const granted: Caller = {
      ...admin,
      authority: {
        role: 'developer',
        reach: 'granted',
        grants: [{ on: 'target', id: 't', role: 'developer' }],
        limits: null,
      },
    }
    const asked = [
      handlers.list({}, by(granted)),
      handlers.get({ id }, by(granted)),
      handlers.history({ id }, by(granted)),
      handlers.diff({ id }, by(granted)),
      handlers.validate({ text: '' }, by(granted)),
      handlers.save.run({ id, set: { A: '2' } }, by(as('viewer'))),
      handlers.save.plan({ id, set: { A: '2' } }, by(as('viewer'))),
      handlers.restore.run({ id, version: 1 }, by(as('viewer'))),
      handlers.import.run({ id, text: '' }, by(as('viewer'))),
      handlers.remove.run({ id }, by(as('viewer'))),
      handlers.reveal({ id, key: 'A' }, by(as('viewer'))),
      handlers.create({ name: 'x' }, by(as('viewer'))),
      handlers.sync.run({ directory: folder }, by(as('viewer'))),
    ]
    for (const work of asked) expect(await codeOf(work)).toBe('FORBIDDEN')
  })
}
