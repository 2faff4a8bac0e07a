import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawn } from 'node:child_process'
import { afterEach, beforeEach } from 'vitest'
import { described } from './delivery-things.ts'
import { ScriptedServer } from './scripted-server.ts'
import { program, type Ran, wh } from './wh.ts'

/** A server and a folder with a manifest, new for each test, and the command run in that folder. */
export interface Scene {
  readonly server: ScriptedServer
  readonly folder: string
  run(...args: string[]): Promise<Ran>
  /** With text on standard input. */
  piped(input: string, ...args: string[]): Promise<Ran>
  /** On a terminal; each answer is typed when its question stands there. */
  typed(
    answers: readonly (readonly [question: string, answer: string])[],
    more: Record<string, string>,
    ...args: string[]
  ): Promise<{ exit: unknown; output: string }>
  /** The body of the last such request that was no dry run. */
  sent(line: string): Record<string, unknown> | undefined
  query(line: string): Record<string, string>
}

export function scene(): Scene {
  let server: ScriptedServer
  let folder: string
  const env = (): Record<string, string> => ({
    WHEELHOUSE_URL: server.url,
    WHEELHOUSE_TOKEN: 'wh_1',
    XDG_CONFIG_HOME: folder,
  })
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wh-scene-'))
    await writeFile(join(folder, 'wheelhouse.yaml'), 'name: shop\napps:\n  backend: {}\n  pwa: {}\n')
    server = new ScriptedServer()
    await server.listen()
    server.on('POST /api/v1/deployments/describe', described())
  })
  afterEach(async () => {
    server.close()
    await rm(folder, { recursive: true, force: true })
  })
  const last = (line: string) => server.asked.findLast((asked) => asked.line === line && !asked.query.has('dryRun'))
  return {
    get server() {
      return server
    },
    get folder() {
      return folder
    },
    run: (...args) => wh(args, env(), '', process.execPath, folder),
    piped: (input, ...args) => wh(args, env(), input, process.execPath, folder),
    typed: (answers, more, ...args) => {
      const { PATH = '', HOME = '' } = process.env
      const words = args.map((arg) => `'${arg}'`).join(' ')
      const command = `stty cols 100 rows 30; cd '${folder}'; exec '${process.execPath}' '${program}' ${words}`
      const child = spawn('script', ['-qec', command, '/dev/null'], {
        env: { PATH, HOME, TERM: 'xterm', LANG: 'C.UTF-8', NO_COLOR: '1', ...env(), ...more },
      })
      let output = ''
      let from = 0
      const left = [...answers]
      child.stdout.on('data', (chunk: Buffer) => {
        output += chunk.toString()
        const [next] = left
        if (next === undefined) return
        const at = output.indexOf(next[0], from)
        if (at === -1) return
        from = at + next[0].length
        left.shift()
        child.stdin.write(next[1])
      })
      return new Promise((done) => child.once('close', (exit) => done({ exit, output: output.replaceAll('\r', '') })))
    },
    sent: (line) => last(line)?.body,
    query: (line) => Object.fromEntries(last(line)?.query ?? []),
  }
}
