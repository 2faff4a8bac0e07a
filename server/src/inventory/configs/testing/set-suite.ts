import { expect, it } from 'vitest'
import type { Caller } from '../../../dispatch/index.ts'
import { admin, as, codeOf, configStreet, type OpenDatabase } from './config-street.ts'

/** What sets do, on the database that is handed in. */
export function setSuite(open: OpenDatabase): void {
  const { write, house, name, folder } = configStreet(open)

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

  it('refuses a text that was made of an older version, and tells the newest', async () => {
    const { handlers, by } = house()
    const id = name('locked')
    const { version } = await handlers.create({ name: id, values: { A: '1', B: '1' } }, by())
    await handlers.save.run({ id, set: { B: '2' } }, by())
    const old = { id, text: 'A=2\nB=1\n', replace: true, version }
    for (const asked of [() => handlers.import.plan(old, by()), () => handlers.import.run(old, by())])
      await expect(asked()).rejects.toMatchObject({ code: 'STATE_CONFLICT', details: { version: version + 1 } })
    const { diff } = await handlers.diff({ id, from: version }, by())
    expect(diff).toContain('-B=1\n+B=2')
    await handlers.import.run({ ...old, text: 'A=2\nB=2\n', version: version + 1 }, by())
    expect((await handlers.get({ id }, by())).values.map(({ value }) => value)).toEqual(['2', '2'])
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

  it('takes the values of a set by name', async () => {
    const { values, handlers, by, stack } = house()
    await handlers.create({ name: name('named'), values: { A: '1' } }, by())
    const source = { directory: null, set: name('named'), environment: 'staging', stack }
    expect(await values(source)).toMatchObject({ setName: name('named'), version: 1, values: { A: '1' } })
    expect(await codeOf(values({ ...source, set: 'none' }))).toBe('NOT_FOUND')
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
      handlers.sync.run({ directory: folder() }, by(as('viewer'))),
    ]
    for (const work of asked) expect(await codeOf(work)).toBe('FORBIDDEN')
  })
}
