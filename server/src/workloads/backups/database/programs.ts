import { Failure } from '@wheelhouse/contract'
import type { Connection } from '@wheelhouse/driver'
import { ProgramMissing, spawnStream } from '@wheelhouse/platform/exec'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'

/** A running client of a database. */
export interface RunningClient {
  readonly output: AsyncIterable<Buffer>
  /** Sends all and closes the input; ends quietly when the program has ended before. */
  send(input: AsyncIterable<Uint8Array>): Promise<void>
  /** Once `output` has been read. `words` is the end of what it said on stderr. */
  ended(): Promise<{ readonly exitCode: number | null; readonly words: string }>
  stop(): void
}

type Argv = readonly [string, ...string[]]
/** Where the clients of a database run: on this machine, or in a container. Nothing secret goes on a command line. */
export interface Programs {
  start(argv: Argv, env: Readonly<Record<string, string>>, signal: AbortSignal): Promise<RunningClient>
  /** Has the text in a file that no one else can read while `work` runs. */
  withPrivateFile<T>(text: string, work: (path: string) => Promise<T>): Promise<T>
}

const wordsKept = 4000

/** Chunks of a program that reads a private file: it is there while the program runs, and no longer. */
export async function* withFileHeld(
  programs: Pick<Programs, 'withPrivateFile'>,
  text: string,
  run: (path: string) => AsyncGenerator<Buffer>,
): AsyncGenerator<Buffer> {
  // Not `withPrivateFile` around a `yield`, which may never be gone on with.
  const { promise: over, resolve: end } = Promise.withResolvers<void>()
  const { promise: path, resolve: ready, reject: failed } = Promise.withResolvers<string>()
  const holding = programs.withPrivateFile(text, async (at) => {
    ready(at)
    await over
  })
  holding.catch(failed)
  try {
    yield* run(await path)
  } finally {
    end()
    await holding.catch(() => undefined)
  }
}

export const localPrograms: Programs = {
  async start(argv, env, signal) {
    const program = await spawnStream(argv, { env, signal })
    let words = ''
    program.stderr.on('data', (chunk: Buffer) => (words = (words + chunk.toString()).slice(-wordsKept)))
    return {
      output: program.stdout as AsyncIterable<Buffer>,
      async send(input) {
        try {
          for await (const chunk of input) {
            if (!program.stdin.writable) return
            if (!program.stdin.write(chunk)) await drained(program.stdin)
          }
        } finally {
          program.stdin.end()
        }
      },
      async ended() {
        const { exitCode } = await program.ended
        signal.throwIfAborted()
        return { exitCode, words }
      },
      stop: () => program.stop(),
    }
  },
  async withPrivateFile(text, work) {
    const folder = await mkdtemp(join(tmpdir(), 'wheelhouse-'))
    try {
      const path = join(folder, 'client')
      await writeFile(path, text, { mode: 0o600, flag: 'wx' })
      return await work(path)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

/** A program that ends early never drains. */
function drained(stream: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stream.off('drain', done).off('close', done).off('error', done)
      resolve()
    }
    stream.once('drain', done).once('close', done).once('error', done)
  })
}

/** The programs of the container's own image, so that they fit its database. */
export function containerPrograms(connection: Connection, nativeId: string): Programs {
  const start: Programs['start'] = async (argv, env, signal) => {
    const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`)
    signal.throwIfAborted()
    const session = await connection.exec(nativeId, { argv: ['env', ...variables, ...argv], tty: false })
    const stop = (): void => void session.end().catch(() => undefined)
    signal.addEventListener('abort', stop, { once: true })
    let words = ''
    let gone = false
    const output = new PassThrough()
    const reading = (async () => {
      for await (const { stream, data } of session.output) {
        if (stream === 'stderr') words = (words + Buffer.from(data).toString()).slice(-wordsKept)
        else if (!output.write(data) && !output.destroyed) await drained(output)
      }
    })().then(
      () => void output.end(),
      (error: unknown) => void output.destroy(error as Error),
    )
    void reading.finally(() => (gone = true))
    return {
      output,
      async send(input) {
        try {
          for await (const chunk of input) {
            if (gone) return
            session.write(chunk)
            await session.drained()
          }
        } finally {
          session.closeInput()
        }
      },
      async ended() {
        await reading
        signal.removeEventListener('abort', stop)
        signal.throwIfAborted()
        return { exitCode: await session.exitCode(), words }
      },
      stop,
    }
  }
  const quietly = async (argv: Argv, input: string): Promise<void> => {
    const client = await start(argv, {}, AbortSignal.timeout(30_000))
    await client.send(Readable.from([Buffer.from(input)]))
    for await (const _ of client.output);
    const { exitCode, words } = await client.ended()
    if (exitCode === 0) return
    throw new Failure('TARGET_REFUSED', `The container did not take a private file: ${words.trim() || exitCode}.`)
  }
  return {
    start,
    async withPrivateFile(text, work) {
      const path = `/tmp/.wheelhouse-${randomBytes(8).toString('hex')}`
      // The text goes through its input; only the name of the file is on the command line.
      await quietly(['sh', '-c', 'umask 077; cat > "$1"', 'sh', path], text)
      try {
        return await work(path)
      } finally {
        await quietly(['rm', '-f', path], '').catch(() => undefined)
      }
    },
  }
}

/** The first of the programs that is there. */
export async function findProgram(programs: Programs, names: readonly string[], signal: AbortSignal): Promise<Found> {
  for (const name of names) {
    try {
      const client = await programs.start([name, '--version'], {}, signal)
      await client.send(Readable.from([]))
      let said = ''
      for await (const chunk of client.output) said += chunk.toString()
      if ((await client.ended()).exitCode === 0) return { name, version: said.trim() }
    } catch (error) {
      if (!(error instanceof ProgramMissing) && !(error instanceof Failure && error.code === 'TARGET_REFUSED'))
        throw error
    }
  }
  throw new Failure(
    'CAPABILITY_MISSING',
    `None of the programs ${names.join(', ')} is there. Install the client of the database where it is to be dumped.`,
    { programs: names },
  )
}
export interface Found {
  readonly name: string
  readonly version: string
}
