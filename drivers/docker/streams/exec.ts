import { randomUUID } from 'node:crypto'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '@wheelhouse/contract'
import type { ExecRequest, ExecSession } from '@wheelhouse/driver'
import { Demultiplexer, type EngineClient, type Frame } from '@wheelhouse/engine'
import { containerPath } from '../container-path.ts'

interface ExecState {
  readonly Running: boolean
  readonly ExitCode: number | null
  readonly Pid: number
}

const markName = 'WHEELHOUSE_EXEC'
const hangUpMs = 1000
/** Input that may wait for a command that does not read it. */
const heldInputBytes = 8_388_608
/** Ctrl-D: how a terminal says that no more input comes. */
const endOfTransmission = 4

/**
 * Signals every process inside the container that carries the mark in its environment, so the command and its children.
 * $1 is the signal, $2 the mark. Needs `sh` and `cat` in the image.
 */
const sweep = `for e in /proc/[0-9]*/environ; do
  case "$(cat "$e" 2>/dev/null | tr '\\0' '\\n')" in *"$2"*) p="\${e#/proc/}"; kill -"$1" "\${p%/environ}" 2>/dev/null;; esac
done
exit 0`

export async function openExec(client: EngineClient, containerId: string, request: ExecRequest): Promise<ExecSession> {
  const mark = `${markName}=${randomUUID()}`
  const id = await createExec(client, containerId, request.argv, {
    tty: request.tty,
    stdin: true,
    user: request.user,
    workdir: request.workdir,
    environment: [mark],
  })
  const size = request.columns && request.rows ? ([request.rows, request.columns] as const) : null
  const version = await client.version()
  const socket = await client.hijack({
    path: `/exec/${id}/start`,
    body: {
      Detach: false,
      Tty: request.tty,
      ...(size && request.tty && version.atLeast(42) ? { ConsoleSize: size } : {}),
    },
  })
  const session = new Session(client, containerId, id, mark, request, socket)
  if (size && request.tty && !version.atLeast(42)) await session.resize(size[1], size[0]).catch(() => undefined)
  return session
}

class Session implements ExecSession {
  readonly output: AsyncIterable<Frame>
  readonly #client: EngineClient
  readonly #containerId: string
  readonly #id: string
  readonly #mark: string
  readonly #request: ExecRequest
  readonly #socket: Duplex

  constructor(
    client: EngineClient,
    containerId: string,
    id: string,
    mark: string,
    request: ExecRequest,
    socket: Duplex,
  ) {
    this.#client = client
    this.#containerId = containerId
    this.#id = id
    this.#mark = mark
    this.#request = request
    this.#socket = socket
    // Errors are read where the output is; without a listener a reset would end the process.
    socket.on('error', () => undefined)
    this.output = this.#read()
  }

  async *#read(): AsyncGenerator<Frame> {
    const frames = new Demultiplexer()
    try {
      for await (const chunk of this.#socket) {
        if (this.#request.tty) yield { stream: 'stdout', data: chunk as Buffer }
        else yield* frames.push(chunk as Buffer)
      }
    } catch (error) {
      if (!this.#socket.destroyed) throw this.#client.broken(error)
    }
  }

  write(data: Uint8Array): void {
    if (!this.#socket.writable) return
    if (this.#socket.writableLength > heldInputBytes)
      throw new Failure('LIMIT_REACHED', 'The command does not read what is sent to it. Send less at once.')
    this.#socket.write(data)
  }

  drained(): Promise<void> {
    if (!this.#socket.writableNeedDrain || this.#socket.destroyed) return Promise.resolve()
    return new Promise((resolve) => {
      const done = (): void => {
        this.#socket.off('drain', done).off('close', done)
        resolve()
      }
      this.#socket.once('drain', done).once('close', done)
    })
  }

  closeInput(): void {
    if (!this.#socket.writable) return
    if (this.#request.tty) this.#socket.write(Buffer.of(endOfTransmission))
    else this.#socket.end()
  }

  async resize(columns: number, rows: number): Promise<void> {
    if (!this.#request.tty) return
    const path = `/exec/${this.#id}/resize`
    for (let attempt = 0; ; attempt += 1) {
      try {
        await this.#client.act({ path, query: { h: rows, w: columns } })
        return
      } catch (error) {
        // The connection opens a moment before the command has started.
        if (attempt >= 10 || !(error instanceof Failure) || error.code === 'TARGET_UNREACHABLE') throw error
        if (!(await this.#state()).Running && attempt > 2) return
        await sleep(20)
      }
    }
  }

  async exitCode(): Promise<number | null> {
    for (let attempt = 0; attempt < 50; attempt += 1) {
      const state = await this.#state()
      if (!state.Running) return state.ExitCode
      await sleep(20)
    }
    return null
  }

  async end(): Promise<void> {
    try {
      // The engine has no call that ends a command, and it does not hang up when its viewer leaves.
      for (const signal of ['HUP', 'KILL']) {
        if (!(await this.#state()).Running) return
        await this.#signal(signal)
        const deadline = Date.now() + hangUpMs
        while (Date.now() < deadline && (await this.#state()).Running) await sleep(20)
      }
    } catch (error) {
      // A container that is gone has taken the command along; of an engine that is not heard nobody knows.
      if (!(error instanceof Failure) || error.code === 'TARGET_UNREACHABLE') throw error
    } finally {
      this.#socket.destroy()
    }
  }

  async #signal(signal: string): Promise<void> {
    const argv = ['sh', '-c', sweep, 'sh', signal, this.#mark]
    const id = await createExec(this.#client, this.#containerId, argv, { tty: false, user: this.#request.user })
    const socket = await this.#client.hijack({ path: `/exec/${id}/start`, body: { Detach: false, Tty: false } })
    socket.on('error', () => undefined)
    socket.resume()
    await new Promise((resolve) => socket.once('close', resolve).once('end', resolve))
    socket.destroy()
  }

  #state(): Promise<ExecState> {
    return this.#client.json<ExecState>({ path: `/exec/${this.#id}/json` })
  }
}

interface ExecOptions {
  readonly tty: boolean
  readonly stdin?: boolean
  readonly user?: string | undefined
  readonly workdir?: string | undefined
  readonly environment?: readonly string[]
}

async function createExec(
  client: EngineClient,
  containerId: string,
  argv: readonly string[],
  options: ExecOptions,
): Promise<string> {
  const { Id } = await client.json<{ Id: string }>({
    method: 'POST',
    path: `${containerPath(containerId)}/exec`,
    body: {
      AttachStdin: options.stdin ?? false,
      AttachStdout: true,
      AttachStderr: true,
      Tty: options.tty,
      Cmd: argv,
      Env: options.environment ?? [],
      User: options.user ?? '',
      WorkingDir: options.workdir ?? '',
    },
  })
  return Id
}
