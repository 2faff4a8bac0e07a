import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { diffOf, restoreFiles, writeFiles } from '../index.ts'
import { as, codeOf, configStreet, type OpenDatabase } from './config-street.ts'

/** What sets do with files of the machine, on the database that is handed in. */
export function fileSuite(open: OpenDatabase): void {
  const { write, read, house, name, folder } = configStreet(open)

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
      directory: folder(),
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
    symlinkSync('/etc/passwd', join(folder(), 'link.env'))
    expect(await codeOf(values({ ...source, file: 'link.env' }))).toBe('POLICY_REFUSED')
    expect(await codeOf(values({ ...source, file: '../x.env' }))).toBe('POLICY_REFUSED')
    expect(await codeOf(values({ ...source, file: 'none.env' }))).toBe('NOT_FOUND')
    expect(await codeOf(values({ ...source, schema: '../schema.json' }))).toBe('POLICY_REFUSED')
  })

  it('two who read a new file at once make one set', async () => {
    const { values, stack } = house()
    write('deployment.config.env', 'A=1\n')
    const source = { directory: folder(), file: 'deployment.config.env', environment: 'staging', stack }
    const both = await Promise.all([values(source), values(source), values(source)])
    expect(new Set(both.map(({ setId }) => setId)).size).toBe(1)
    expect(both.map(({ version }) => version)).toEqual([1, 1, 1])
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
    chmodSync(join(folder(), 'apps/backend/.env'), 0o644)
    mkdirSync(join(folder(), 'apps/pwa'))
  }

  it('previews, plans and syncs the files of a manifest, secrets masked, old files backed up', async () => {
    stage()
    const { handlers, by, stack, events, audited } = house({ templates, apps })
    const asked = { directory: folder() }
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
    expect(existsSync(join(folder(), 'apps/pwa/.env'))).toBe(false)
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
      statSync(join(folder(), 'apps/backend/.env')).mode & 0o777,
      statSync(join(folder(), 'apps/pwa/.env')).mode & 0o777,
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
    const done = await handlers.sync.run({ directory: folder(), apps: ['pwa'] }, by())
    expect(done.files.map(({ path }) => path)).toEqual([join(folder(), 'apps/pwa/.env')])
    expect(read('apps/backend/.env')).toContain('local')
    await expect(handlers.sync.run({ directory: folder(), apps: ['nope'] }, by())).rejects.toThrow(
      /It has backend, pwa, proxy/,
    )
  })

  it('writes nothing when the values have errors, a name is missing, or a target leads out', async () => {
    stage()
    const entry = { templates: [...templates], apps }
    const { handlers, by } = house(entry)
    const sync = () => handlers.sync.run({ directory: folder() }, by())
    write('deployment.config.env', master.replace('staging', 'prod'))
    await expect(sync()).rejects.toThrow(
      "line 1: ENVIRONMENT must be one of development, staging, production; it is 'prod'.",
    )
    expect((await handlers.preview({ directory: folder() }, by())).problems).toMatchObject([
      { key: 'ENVIRONMENT', line: 1 },
    ])
    write('deployment.config.env', master)
    write('templates/nginx.conf.j2', '\n{{ DB_PROT }}')
    await expect(sync()).rejects.toThrow('templates/nginx.conf.j2, line 2: DB_PROT has no value.')
    write('templates/nginx.conf.j2', 'x')
    for (const to of ['../out.env', '/tmp/out.env', 'escape/x']) {
      symlinkSync('/tmp', join(folder(), 'escape'))
      entry.templates[2] = { from: 'templates/nginx.conf.j2', to }
      expect(await codeOf(sync()), to).toBe('POLICY_REFUSED')
      rmSync(join(folder(), 'escape'))
    }
    entry.templates[2] = { from: 'templates/nginx.conf.j2', to: 'apps/backend/.env' }
    expect(await codeOf(sync())).toBe('STACK_INVALID')
    expect(read('apps/backend/.env')).toContain('local')
  })

  it('what a deployment does: values, render, diff, write, restore', async () => {
    stage()
    const { values, render, stack } = house()
    const source = { directory: folder(), file: 'deployment.config.env', environment: 'staging', stack }
    await values(source)
    const rendered = await render(source, templates, folder(), { places: apps, apps: ['backend', 'proxy'] })
    expect(diffOf(rendered).map(({ verb }) => verb)).toEqual(['change', 'create'])
    const written = await writeFiles(rendered, join(folder(), 'backups/run'))
    expect(read('configs/nginx.conf')).toContain('hunter 22')
    await restoreFiles(written)
    await restoreFiles(written)
    expect(read('apps/backend/.env')).toBe('APP_ENV=local\nDB_PASSWORD="hunter 11"\n')
    expect(statSync(join(folder(), 'apps/backend/.env')).mode & 0o777).toBe(0o644)
    expect(existsSync(join(folder(), 'configs'))).toBe(false)
  })
}
