import { randomBytes } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '@wheelhouse/contract'
import { ProgramMissing, type RunningProgram, spawnStream } from '@wheelhouse/platform/exec'
import type { SshDestination } from './destination.ts'
import { tunnelFailure } from './tunnel-failure.ts'

export interface SshMaterial {
  /** OpenSSH or PEM, without a passphrase. Without one the agent and the keys of our user are asked. */
  readonly privateKey?: string
  /** Lines of a known_hosts file. Without them those of our user count. An unknown host is never talked to. */
  readonly hostKeys?: string
}

const upWithinMs = 20_000
const keptWordsBytes = 4096
/** What ssh said longer ago is not why a connection breaks now. */
const freshMs = 3000

/**
 * A socket on this machine that the system's ssh carries to a socket of the engine's machine. One ssh serves all connections; it
 * is started when the first is wanted, and again after it ended. It does not outlive us.
 */
export class SshTunnel {
  readonly destination: SshDestination
  readonly socketPath: string
  readonly #folder: string
  readonly #material: SshMaterial
  #up: Promise<RunningProgram> | null = null
  /** Settles once the ssh before has gone and taken its folder along. */
  #gone: Promise<unknown> = Promise.resolve()
  #words = ''
  #heardAt = 0

  constructor(destination: SshDestination, material: SshMaterial) {
    this.destination = destination
    this.#material = material
    // Short: the path of a Unix socket has 107 bytes at most.
    this.#folder = join(tmpdir(), `wh-ssh-${randomBytes(6).toString('hex')}`)
    this.socketPath = join(this.#folder, 'engine.sock')
  }

  /** Resolves once the socket takes connections. Throws TARGET_UNREACHABLE with what to do. */
  async ready(): Promise<void> {
    this.#up ??= this.#start().catch((error: unknown) => {
      this.#up = null
      throw error
    })
    await this.#up
  }

  /** Why a connection through the tunnel broke, where ssh said so; else null. */
  trouble(): Failure | null {
    const fresh = this.#words !== '' && performance.now() - this.#heardAt < freshMs
    return fresh ? tunnelFailure(this.destination, this.#words) : null
  }

  /** Ends ssh; what is asked next starts it anew. */
  drop(): void {
    const up = this.#up
    this.#up = null
    void up?.then((program) => program.stop()).catch(() => undefined)
  }

  async #start(): Promise<RunningProgram> {
    await this.#gone
    this.#words = ''
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    try {
      const program = await spawnStream(['ssh', ...(await this.#options())], {
        leash: true,
        graceMs: 1000,
        env: this.#material.privateKey === undefined ? agentOf(process.env) : {},
      }).catch((error: unknown) => {
        throw error instanceof ProgramMissing
          ? new Failure('TARGET_UNREACHABLE', 'There is no ssh on this machine. Install the OpenSSH client.')
          : error
      })
      program.stdout.resume()
      program.stderr.on('data', (chunk: Buffer) => {
        this.#words = (this.#words + chunk.toString('utf8')).slice(-keptWordsBytes)
        this.#heardAt = performance.now()
      })
      const up = this.#up
      this.#gone = program.ended.then(() => {
        if (this.#up === up) this.#up = null
        return rm(this.#folder, { recursive: true, force: true })
      })
      await this.#listening(program)
      return program
    } finally {
      // ssh has read them by now.
      await rm(this.#path('key'), { force: true })
    }
  }

  async #listening(program: RunningProgram): Promise<void> {
    const over = new AbortController()
    void program.ended.then(() => over.abort())
    const until = performance.now() + upWithinMs
    while (!over.signal.aborted && performance.now() < until) {
      const found = await probe(this.socketPath)
      if (found === 'open') return
      if (found === 'refused') {
        program.stop()
        await program.ended
        throw tunnelFailure(this.destination, this.#words || 'connect failed')
      }
      await sleep(30)
    }
    program.stop()
    if (!over.signal.aborted) this.#words += '\nConnection timed out'
    throw tunnelFailure(this.destination, this.#words)
  }

  async #options(): Promise<string[]> {
    const { destination, socketPath } = this
    const { privateKey, hostKeys } = this.#material
    const settings: Record<string, string> = {
      BatchMode: 'yes',
      StrictHostKeyChecking: 'yes',
      ConnectTimeout: '10',
      ServerAliveInterval: '10',
      ServerAliveCountMax: '3',
      ExitOnForwardFailure: 'yes',
      StreamLocalBindMask: '0177',
      StreamLocalBindUnlink: 'yes',
      ControlMaster: 'no',
      ControlPath: 'none',
      ForwardAgent: 'no',
      ForwardX11: 'no',
      PermitLocalCommand: 'no',
      // At this level it says why a connection through it was refused.
      LogLevel: 'INFO',
    }
    if (privateKey !== undefined) {
      await writeFile(this.#path('key'), privateKey.endsWith('\n') ? privateKey : `${privateKey}\n`, { mode: 0o600 })
      Object.assign(settings, {
        IdentityFile: this.#path('key'),
        IdentitiesOnly: 'yes',
        IdentityAgent: 'none',
        PreferredAuthentications: 'publickey',
      })
    }
    if (hostKeys !== undefined) {
      await writeFile(this.#path('known_hosts'), `${hostKeys.trim()}\n`, { mode: 0o600 })
      Object.assign(settings, {
        UserKnownHostsFile: this.#path('known_hosts'),
        GlobalKnownHostsFile: '/dev/null',
        UpdateHostKeys: 'no',
      })
    }
    return [
      '-N',
      '-T',
      ...Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
      ...(destination.port === null ? [] : ['-p', String(destination.port)]),
      '-L',
      `${socketPath}:${destination.socket}`,
      '--',
      destination.login,
    ]
  }

  #path(name: string): string {
    return join(this.#folder, name)
  }
}

const agentOf = (environment: NodeJS.ProcessEnv): Record<string, string> =>
  environment.SSH_AUTH_SOCK === undefined ? {} : { SSH_AUTH_SOCK: environment.SSH_AUTH_SOCK }

/** `refused` where ssh took the connection but the socket behind it did not. */
function probe(path: string): Promise<'open' | 'refused' | 'absent'> {
  return new Promise((resolve) => {
    const socket = connect(path)
    let connected = false
    socket.once('connect', () => {
      connected = true
      socket.write('GET /_ping HTTP/1.0\r\n\r\n')
    })
    socket.once('data', () => {
      resolve('open')
      socket.destroy()
    })
    socket.once('error', () => undefined)
    socket.once('close', () => resolve(connected ? 'refused' : 'absent'))
  })
}
