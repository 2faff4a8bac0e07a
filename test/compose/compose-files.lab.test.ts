import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { suite, where } from '../needs.ts'
import { readStack } from '../../server/src/workloads/stacks/read-stack.ts'
import { scene } from '../../cli/test/stage.ts'
import { plan } from '../../cli/test/things.ts'
import { wh } from '../../cli/test/wh.ts'

const run = promisify(execFile)
const web = (more: string): string => `services: { web: { image: "x:1", ${more} } }\n`

suite('which files make a project where none is named', ['compose'], () => {
  const at = scene()

  test.each<[string, string, Record<string, string>, Record<string, string>]>([
    [
      'the folder above',
      'a/b',
      { 'compose.yaml': web('user: "1"'), 'compose.override.yaml': web('hostname: over') },
      {},
    ],
    [
      'COMPOSE_FILE',
      '.',
      { 'one.yml': web('user: "1"'), 'two.yml': web('user: "2"'), 'compose.yaml': web('tty: true') },
      { COMPOSE_FILE: 'one.yml:two.yml' },
    ],
    [
      'COMPOSE_FILE in .env, with a mark of its own',
      '.',
      {
        '.env': 'COMPOSE_FILE=one.yml,sub/two.yml\nCOMPOSE_PATH_SEPARATOR=,\n',
        'one.yml': web('user: "1"'),
        'sub/two.yml': web('hostname: sub'),
      },
      {},
    ],
    [
      'one that lies above',
      'sub',
      { 'one.yml': web('user: "1"'), 'sub/two.yml': web('hostname: sub') },
      { COMPOSE_FILE: '../one.yml:two.yml' },
    ],
    ['the nearest', 'a', { 'compose.yaml': web('user: "1"'), 'a/docker-compose.yml': web('user: "2"') }, {}],
  ])('%s, as docker compose has it', { timeout: 60_000 }, async (_, below, files, env) => {
    at.server.on('POST /api/v1/stacks/plan', { ...plan(), stack: 'shop', targetId: 'north' })
    const folder = await mkdtemp(join(tmpdir(), 'wh-compose-files-'))
    const cwd = join(folder, below)
    await mkdir(cwd, { recursive: true })
    await mkdir(join(folder, 'sub'), { recursive: true })
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
    const config = [
      '--config',
      process.env.WHEELHOUSE_TEST_DOCKER_CONFIG ?? '',
      'compose',
      'config',
      '--format',
      'json',
    ]
    const { stdout } = await run(where('compose'), config, { cwd, env: { ...process.env, ...env }, timeout: 60_000 })
    const theirs = (JSON.parse(stdout) as { services: { web: Record<string, unknown> } }).services.web

    const here = { WHEELHOUSE_URL: at.server.url, WHEELHOUSE_TOKEN: 'wh_1', XDG_CONFIG_HOME: folder, ...env }
    expect(await wh(['plan'], here, '', process.execPath, cwd)).toMatchObject({ exit: 0 })
    const sent = at.server.asked.findLast(({ line }) => line === 'POST /api/v1/stacks/plan')?.body
    const { rendered, problems } = readStack(sent as unknown as Parameters<typeof readStack>[0])
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([])
    expect(rendered?.workloads[0]?.spec).toMatchObject({
      user: theirs.user ?? null,
      hostname: theirs.hostname ?? null,
      tty: theirs.tty ?? false,
    })
    await rm(folder, { recursive: true })
  })

  test('one that is named counts alone, and one that is not there is said', async () => {
    at.server.on('POST /api/v1/stacks/plan', { ...plan(), stack: 'shop', targetId: 'north' })
    await writeFile(join(at.folder, 'one.yml'), web('user: "1"'))
    const here = { WHEELHOUSE_URL: at.server.url, WHEELHOUSE_TOKEN: 'wh_1', COMPOSE_FILE: 'two.yml' }
    expect(await wh(['plan', '-f', 'one.yml'], here, '', process.execPath, at.folder)).toMatchObject({ exit: 0 })
    const sent = at.server.asked.findLast(({ line }) => line === 'POST /api/v1/stacks/plan')?.body as object
    expect(sent).not.toHaveProperty('variables')
    await rm(join(at.folder, 'wheelhouse.yaml'))
    const missing = await wh(['plan'], here, '', process.execPath, at.folder)
    expect(missing).toMatchObject({ exit: 2, stderr: expect.stringContaining('COMPOSE_FILE names two.yml') })
  })
})
