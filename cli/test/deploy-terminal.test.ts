import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { deployment, described, playRun, rolledBack, stage, succeeded } from './delivery-things.ts'
import { ScriptedServer } from './scripted-server.ts'
import { plan } from './things.ts'
import { program } from './wh.ts'

let server: ScriptedServer
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wh-live-'))
  await writeFile(join(folder, 'wheelhouse.yaml'), 'name: shop\n')
  server = new ScriptedServer()
  await server.listen()
  server.on('POST /api/v1/deployments/describe', described())
  server.on('POST /api/v1/deployments?dryRun', plan({ summary: 'Deploy shop to production' }))
  server.on('POST /api/v1/deployments', deployment({ stages: [] }))
})
afterEach(async () => {
  server.close()
  await rm(folder, { recursive: true, force: true })
})

interface Seen {
  readonly exit: unknown
  readonly output: string
}

/** On a real terminal of that size; `answers` are typed when their question stands there. */
function terminal(
  args: string,
  columns: number,
  answers: Record<string, string> = {},
  more: Record<string, string> = {},
): Promise<Seen> {
  const { PATH = '', HOME = '' } = process.env
  const command = `stty cols ${columns} rows 24; cd "${folder}"; exec "${process.execPath}" "${program}" ${args}`
  const env = {
    PATH,
    HOME,
    TERM: 'xterm',
    LANG: 'C.UTF-8',
    WHEELHOUSE_URL: server.url,
    WHEELHOUSE_TOKEN: 'wh_1',
    ...more,
  }
  const child = spawn('script', ['-qec', command, '/dev/null'], { env })
  let output = ''
  const left = new Map(Object.entries(answers))
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
    for (const [question, answer] of left) {
      if (!output.includes(question)) continue
      left.delete(question)
      child.stdin.write(answer)
    }
  })
  return new Promise((done) => child.once('close', (exit) => done({ exit, output })))
}

// oxlint-disable-next-line no-control-regex
const plain = (text: string): string => text.replace(/\u001B\[[0-9;?]*[A-Za-z]/g, '')

const building = deployment({
  stages: [
    stage('preflight', 'done', { message: '14 checks' }),
    stage('build', 'running', {
      startedAt: new Date().toISOString(),
      tasks: [
        { name: 'backend', state: 'done', message: 'composer install', startedAt: null, finishedAt: null },
        { name: 'pwa', state: 'running', message: 'npm run build', startedAt: null, finishedAt: null },
      ],
    }),
    stage('start', 'waiting'),
  ],
})
const beats = [
  { deployment: building },
  {
    line: {
      stage: 'build',
      task: 'pwa',
      text: 'transforming \u001B[2J and a line that is far too long for a window of this width',
    },
  },
  { deployment: building },
  { deployment: building },
]

test('the run is asked about, drawn in place with parallel builds and the last line, and ends with what happened', async () => {
  playRun(server, [...beats, { deployment: succeeded() }], 130)
  const { exit, output } = await terminal('deploy --full', 90, { 'to production? [y/N]': 'y\r' })
  expect(exit).toBe(0)
  const seen = plain(output)
  expect(seen).toContain('Deploying shop to production, run 12, release 8')
  expect(seen).toMatch(/◐ build +1 of 2/)
  expect(seen).toMatch(/✓ backend +composer install/)
  expect(seen).toMatch(/◐ pwa +npm run build/)
  expect(seen).toMatch(/│ build\/pwa {2}transforming {2}and/)
  expect(seen).toContain('✓ build      3 apps built')
  expect(seen).toContain('shop production succeeded in 48s.')
  // Every frame goes up over the one before and hides the cursor; at the end the cursor is back.
  // oxlint-disable-next-line no-control-regex
  expect(output).toMatch(/\u001B\[\?25l\u001B\[\d+A\r/)
  expect(output.lastIndexOf('\u001B[?25h')).toBeGreaterThan(output.lastIndexOf('\u001B[?25l'))
  expect(output).not.toContain('\u001B[2J')
})

test('in a narrow window no line of the frame is wider than it', async () => {
  playRun(server, [...beats, { deployment: rolledBack() }], 130)
  const { exit, output } = await terminal('deploy --yes', 44)
  expect(exit).toBe(9)
  const frames = output.slice(0, output.lastIndexOf('\u001B[?25h')).split('\u001B[?25l').slice(1)
  expect(frames.length).toBeGreaterThan(3)
  for (const line of frames.flatMap((frame) => plain(frame).split(/\r?\n/))) expect(line.length).toBeLessThanOrEqual(44)
  expect(plain(output)).toMatch(/↺ undo +release 7 start/)
})

test('without colours it keeps its shapes, and --verbose lines stay above', async () => {
  playRun(server, [...beats, { deployment: succeeded() }], 130)
  const { output } = await terminal('deploy --yes --verbose', 100, {}, { NO_COLOR: '1' })
  // oxlint-disable-next-line no-control-regex
  expect(output).not.toMatch(/\u001B\[\d+m/)
  expect(output).toContain('✓ ')
  expect(plain(output).match(/build\/pwa │ transforming/g)).toHaveLength(1)
})

test('Ctrl-C is answered below the run, which goes on', async () => {
  playRun(server, [...beats, ...beats, { deployment: succeeded() }], 130)
  const { exit, output } = await terminal('deploy --yes', 100, { 'npm run build': '\u0003' })
  expect(exit).toBe(0)
  expect(plain(output)).toContain('  wh deployments cancel dep-12 stops and undoes it.')
})

test('a no changes nothing', async () => {
  const { exit, output } = await terminal('deploy', 90, { 'to production? [y/N]': 'n\r' })
  expect(exit).toBe(1)
  expect(output).toContain('Nothing was changed.')
  expect(
    server.asked.filter((asked) => asked.line === 'POST /api/v1/deployments' && !asked.query.has('dryRun')),
  ).toEqual([])
})
