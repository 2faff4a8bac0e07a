import { chmod, readFile, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { configSet } from './delivery-things.ts'
import { scene } from './stage.ts'
import { plan } from './things.ts'

const at = scene()
const save = 'PUT /api/v1/configs/set-1'
const invalid = (key: string, message: string): object => ({
  status: 422,
  body: {
    errorCode: 'CONFIG_INVALID',
    message: 'The configuration has errors.',
    details: { problems: [{ key, message }] },
  },
})

beforeEach(() => {
  at.server.on('GET /api/v1/configs/shop-production', configSet())
  at.server.on(save, configSet({ version: 4 }))
  at.server.on(`${save}?dryRun`, ({ body }: { body: { set: Record<string, string> } }) => {
    if (body.set.PORT === '80') return invalid('PORT', 'is 80; allowed is from 1024')
    if (body.set.ENVIRONMENT === 'prod')
      return invalid('ENVIRONMENT', 'is prod; allowed are development, staging, production')
    return { body: plan() }
  })
})

/** An editor that notes what it was given and puts the texts in its place, one a call. */
async function editor(...texts: readonly string[]): Promise<string> {
  const path = join(at.folder, 'editor.mjs')
  const code = `#!${process.execPath}
import { appendFileSync, copyFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
const file = process.argv.at(-1)
const flag = process.argv[2]
const seen = ${JSON.stringify(join(at.folder, 'seen'))}
const calls = existsSync(seen + '.calls') ? readFileSync(seen + '.calls', 'utf8').length : 0
appendFileSync(seen + '.calls', 'x')
if (calls === 0) copyFileSync(file, seen)
writeFileSync(seen + '.about', [flag, file, (statSync(file).mode & 0o777).toString(8), process.argv.length].join(' '))
const texts = ${JSON.stringify(texts)}
if (texts[calls] !== undefined) writeFileSync(file, texts[calls])
`
  await writeFile(path, code)
  await chmod(path, 0o755)
  return path
}

describe('the editor', () => {
  test('gets a private file with secrets masked, and what changed is shown, asked for and saved', async () => {
    const EDITOR = `${await editor("ENVIRONMENT=staging\nDB_PASSWORD=[secret]\nNOTE='two\nlines'\n")} --wait`
    const { exit, output } = await at.typed(
      [['Save it? [y/N]', 'y\r']],
      { EDITOR },
      'config',
      'edit',
      '--reason',
      'move',
    )
    expect(exit).toBe(0)
    const given = await readFile(join(at.folder, 'seen'), 'utf8')
    expect(given).toContain('# Where this runs\nENVIRONMENT=production\n')
    expect(given).toContain("DB_PASSWORD='[secret]'".replaceAll("'", ''))
    const [flag, file, mode, count] = (await readFile(join(at.folder, 'seen.about'), 'utf8')).split(' ')
    expect({ flag, mode, count }).toEqual({ flag: '--wait', mode: '600', count: '4' })
    expect(existsSync(file ?? '')).toBe(false)
    expect(output).toContain('~ ENVIRONMENT  production → staging')
    expect(output).toContain('- DB_HOST  db.internal')
    expect(output).toContain('+ NOTE  two\\nlines')
    expect(at.sent(save)).toEqual({
      set: { ENVIRONMENT: 'staging', NOTE: 'two\nlines' },
      unset: ['DB_HOST'],
      version: 3,
      reason: 'move',
    })
  })

  test('is opened again on what cannot be saved, with the line', async () => {
    const rest = 'DB_HOST=db.internal\nDB_PASSWORD=[secret]\n'
    const EDITOR = await editor(`ENVIRONMENT=prod\n${rest}`, `ENVIRONMENT\n${rest}`, `ENVIRONMENT=staging\n${rest}`)
    const { exit, output } = await at.typed(
      [
        ['Open it again? [Y/n]', '\r'],
        ['Open it again? [Y/n]', 'y\r'],
      ],
      { EDITOR },
      'config',
      'edit',
      '--yes',
    )
    expect(exit).toBe(0)
    expect(output).toContain('line 1 ENVIRONMENT: is prod; allowed are development, staging, production')
    expect(output).toContain('Line 1 is not KEY=value.')
    expect(at.sent(save)).toEqual({ set: { ENVIRONMENT: 'staging' }, unset: [], version: 3 })
  })

  test('on a version that is old by now shows what came, and saves on top of it only after a yes', async () => {
    const refusal = { errorCode: 'STATE_CONFLICT', message: 'It is at version 5 now.', details: { version: 5 } }
    at.server.on(save, ({ body }: { body: { version: number } }) =>
      body.version === 5 ? { body: configSet({ version: 6 }) } : { status: 409, body: refusal },
    )
    const diff = '--- a\n+++ b\n@@ -1 +1 @@\n-DB_HOST=db.internal\n+DB_HOST=db.other\n'
    at.server.on('GET /api/v1/configs/set-1/diff', { before: '', after: '', diff, added: [], changed: [], removed: [] })
    const text = 'ENVIRONMENT=staging\nDB_HOST=db.internal\nDB_PASSWORD=[secret]\n'
    const yes = ['Save it? [y/N]', 'y\r'] as const
    const top = 'Save yours on top of it? [y/N]'
    const refused = await at.typed([yes, [top, 'n\r']], { EDITOR: await editor(text) }, 'config', 'edit')
    expect(refused.exit).not.toBe(0)
    expect(refused.output).toContain('Version 5 of shop-production came while you edited version 3:')
    expect(refused.output).toContain('+DB_HOST=db.other')
    expect(at.query('GET /api/v1/configs/set-1/diff')).toEqual({ from: '3', to: '5' })
    expect(at.sent(save)).toMatchObject({ version: 3 })
    await rm(join(at.folder, 'seen.calls'))
    const saved = await at.typed([yes, [top, 'y\r']], { EDITOR: await editor(text) }, 'config', 'edit')
    expect(saved.output).toContain('shop-production is now at version 6.')
    expect(at.sent(save)).toEqual({ set: { ENVIRONMENT: 'staging' }, unset: [], version: 5 })
  })

  test('that changed nothing saves nothing, and a new secret is not shown', async () => {
    expect((await at.typed([], { EDITOR: await editor() }, 'config', 'edit')).output).toContain('Nothing was changed.')
    expect(at.sent(save)).toBeUndefined()
    const EDITOR = await editor('', 'ENVIRONMENT=production\nDB_HOST=db.internal\nDB_PASSWORD=hunter2\n')
    const { output } = await at.typed([['Save it? [y/N]', 'n\r']], { EDITOR }, 'config', 'edit')
    expect(output).toContain('~ DB_PASSWORD  [secret] → [secret] (new)')
    expect(output).not.toContain('hunter2')
    expect(at.sent(save)).toBeUndefined()
  })

  test('that is not there, or a pipe instead of a terminal, is told', async () => {
    expect((await at.typed([], { EDITOR: 'no-such-editor' }, 'config', 'edit')).output).toContain(
      'There is no editor no-such-editor.',
    )
    expect(await at.run('config', 'edit')).toMatchObject({ exit: 2 })
  })
})

test('--field asks for one value with its help and asks again for what is not allowed', async () => {
  const { exit, output } = await at.typed(
    [
      ['value [production]: ', 'prod\r'],
      ['value [production]: ', 'staging\r'],
      ['Save it? [y/N]', 'y\r'],
    ],
    {},
    'config',
    'edit',
    '--field',
    'ENVIRONMENT',
    '--set',
    'shop-production',
  )
  expect(exit).toBe(0)
  expect(output).toContain('Where this runs')
  expect(output).toContain('one of development, staging, production, required')
  expect(at.sent(save)).toEqual({ set: { ENVIRONMENT: 'staging' }, unset: [], version: 3 })
  expect(
    (await at.run('config', 'edit', '--field', 'ENVIRONMEN', '-f', at.folder, '-e', 'production')).stderr,
  ).toContain('Nearest name: ENVIRONMENT.')
})

test('--wizard steps through the schema, then through what only the set has', async () => {
  const { exit, output } = await at.typed(
    [
      ['value [production]: ', '\r'],
      ['value: ', '80\r'],
      ['value: ', '8080\r'],
      ['value [db.internal]: ', '\r'],
      ['value [[secret]]: ', 'hunter2\r'],
      ['Save it? [y/N]', 'y\r'],
    ],
    {},
    'config',
    'edit',
    '--wizard',
  )
  expect(exit).toBe(0)
  expect(output).toContain('PORT  2 of 4')
  expect(output).toContain('integer from 1024')
  expect(output).toContain('is 80; allowed is from 1024')
  expect(output).not.toContain('hunter2')
  expect(at.sent(save)).toEqual({ set: { PORT: '8080', DB_PASSWORD: 'hunter2' }, unset: [], version: 3 })
})
