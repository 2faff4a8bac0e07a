import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '@wheelhouse/contract'
import { ProgramMissing, run, type RunResult, TimedOut } from '@wheelhouse/platform/exec'
import { AddressRefused, guardedAddress, troubleWords } from '../../../inventory/outbound/index.ts'
import type { GitAddress } from './git-address.ts'
import { gitFailure } from './git-failure.ts'

/** How to sign in; open, for one fetch. */
export interface GitCredential {
  readonly username?: string
  readonly token?: string
  readonly privateKey?: string
  readonly hostKeys?: string
}
export interface GitLimits {
  readonly timeoutMs: number
  /** Of everything that is fetched. */
  readonly folderBytes: number
}

const lookMs = 200
const maxOutputBytes = 4_194_304

/**
 * Runs git in a folder of its own that nothing of this machine's settings reaches. Credentials travel in the environment and in files of
 * mode 0600: never in an argument, an address or what is printed. No hook or filter is known to it, so a tree that is written out for a
 * build is its files and no more.
 */
export class GitProgram {
  readonly #folder: string
  readonly #address: GitAddress
  readonly #environment: Readonly<Record<string, string>>
  readonly #limits: GitLimits
  readonly #signal: AbortSignal

  private constructor(
    folder: string,
    address: GitAddress,
    environment: Readonly<Record<string, string>>,
    limits: GitLimits,
    signal: AbortSignal,
  ) {
    this.#folder = folder
    this.#address = address
    this.#environment = environment
    this.#limits = limits
    this.#signal = signal
  }

  /** `folder` is made, and is the caller's to remove. Throws what the address does not allow. */
  static async open(
    folder: string,
    address: GitAddress,
    credential: GitCredential,
    limits: GitLimits,
    signal: AbortSignal,
  ): Promise<GitProgram> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const at = await lookUp(address)
    const settings: Record<string, string> = {
      'core.hooksPath': '/dev/null',
      'core.bigFileThreshold': '1m',
      'credential.helper': '',
      'fetch.recurseSubmodules': 'false',
      'gc.auto': '0',
      'maintenance.auto': 'false',
      'http.followRedirects': 'false',
      'http.lowSpeedLimit': '500',
      'http.lowSpeedTime': '20',
      'pack.threads': '1',
      'protocol.version': '2',
      'remote.origin.url': address.url,
      'submodule.recurse': 'false',
      'transfer.bundleURI': 'false',
    }
    const files = address.kind === 'ssh' ? await writeSsh(folder, address, at, credential) : {}
    if (address.kind !== 'ssh') {
      settings['http.curloptResolve'] = `${address.host}:${address.port}:${at}`
      if (credential.token !== undefined) {
        const basic = Buffer.from(`${credential.username || 'git'}:${credential.token}`).toString('base64')
        settings['http.extraHeader'] = `Authorization: Basic ${basic}`
      }
    }
    const pairs = Object.entries(settings)
    const environment = {
      HOME: folder,
      LC_ALL: 'C',
      LANG: 'C',
      GIT_ALLOW_PROTOCOL: address.kind,
      GIT_ASKPASS: 'false',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_LITERAL_PATHSPECS: '1',
      GIT_NO_REPLACE_OBJECTS: '1',
      GIT_OPTIONAL_LOCKS: '0',
      GIT_TERMINAL_PROMPT: '0',
      ...files,
      // An authority of one's own, where the machine is told of it in this way.
      ...(process.env.GIT_SSL_CAINFO === undefined ? {} : { GIT_SSL_CAINFO: process.env.GIT_SSL_CAINFO }),
      GIT_CONFIG_COUNT: String(pairs.length),
      ...Object.fromEntries(
        pairs.flatMap(([name, value], index) => [
          [`GIT_CONFIG_KEY_${index}`, name],
          [`GIT_CONFIG_VALUE_${index}`, value],
        ]),
      ),
    }
    return new GitProgram(folder, address, environment, limits, signal)
  }

  get repository(): string {
    return join(this.#folder, 'repository.git')
  }

  /** Runs git and answers what it printed; exit codes beside 0 that are an answer are named. Throws Failure. */
  async run(words: readonly string[], answers: readonly number[] = []): Promise<RunResult> {
    const watch = new AbortController()
    const timer = setInterval(() => void this.#weigh(watch), lookMs)
    try {
      const result = await run(['git', ...words], {
        cwd: this.#folder,
        env: this.#environment,
        timeoutMs: this.#limits.timeoutMs,
        maxOutputBytes,
        graceMs: 1000,
        leash: true,
        signal: AbortSignal.any([this.#signal, watch.signal]),
      })
      // What came in between two looks counts as well.
      await this.#weigh(watch)
      watch.signal.throwIfAborted()
      if (result.exitCode === 0 || answers.includes(result.exitCode ?? -1)) return result
      throw gitFailure(this.#address, result.stderr)
    } catch (error) {
      if (error instanceof ProgramMissing)
        throw new Failure(
          'CAPABILITY_MISSING',
          'There is no git on the machine of the control plane. Install it there.',
        )
      if (error instanceof TimedOut)
        throw new Failure(
          'TIMED_OUT',
          `${this.#address.host} did not hand the repository over within ${this.#limits.timeoutMs / 1000} s.`,
        )
      throw error
    } finally {
      clearInterval(timer)
    }
  }

  /** Stops what fetches more than it may: git itself has no such limit. */
  async #weigh(watch: AbortController): Promise<void> {
    const { folderBytes } = this.#limits
    if (watch.signal.aborted || (await sizeOf(this.#folder)) <= folderBytes) return
    const most = Math.round(folderBytes / 1_048_576)
    watch.abort(
      new Failure(
        'TARGET_REFUSED',
        `The repository is larger than ${most} MiB without its history, so it is not fetched. Keep the stack file in one of its own.`,
      ),
    )
  }

  close(): Promise<void> {
    return rm(this.#folder, { recursive: true, force: true })
  }
}

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      stat(join(entry.parentPath, entry.name)).then(
        ({ size }) => size,
        () => 0,
      ),
    )
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}

/** The name is looked up once and judged; git connects to this very address. */
async function lookUp({ host }: GitAddress): Promise<string> {
  try {
    return (await guardedAddress(host)).address
  } catch (error) {
    if (error instanceof AddressRefused) throw new Failure('TARGET_REFUSED', `${error.message}.`)
    throw new Failure('TARGET_UNREACHABLE', `${host}: ${troubleWords(error) ?? 'the name could not be looked up'}.`)
  }
}

async function writeSsh(
  folder: string,
  address: GitAddress,
  at: string,
  { privateKey = '', hostKeys = '' }: GitCredential,
): Promise<Record<string, string>> {
  const path = (name: string): string => join(folder, name)
  // The keys of the host are found under its name although ssh connects to the address.
  const alias = address.port === 22 ? address.host : `[${address.host}]:${address.port}`
  const config = {
    HostName: at,
    HostKeyAlias: alias,
    IdentityFile: path('key'),
    IdentitiesOnly: 'yes',
    IdentityAgent: 'none',
    PreferredAuthentications: 'publickey',
    UserKnownHostsFile: path('known_hosts'),
    GlobalKnownHostsFile: '/dev/null',
    UpdateHostKeys: 'no',
    StrictHostKeyChecking: 'yes',
    CheckHostIP: 'no',
    BatchMode: 'yes',
    ConnectTimeout: '15',
    ServerAliveInterval: '10',
    ServerAliveCountMax: '3',
    ClearAllForwardings: 'yes',
    ForwardAgent: 'no',
    PermitLocalCommand: 'no',
    ControlMaster: 'no',
    ControlPath: 'none',
    LogLevel: 'ERROR',
  }
  const lines = Object.entries(config).map(([name, value]) => `  ${name} ${value}\n`)
  await Promise.all([
    writeFile(path('key'), privateKey.endsWith('\n') ? privateKey : `${privateKey}\n`, { mode: 0o600 }),
    writeFile(path('known_hosts'), `${hostKeys.trim()}\n`, { mode: 0o600 }),
    writeFile(path('ssh_config'), `Host *\n${lines.join('')}`, { mode: 0o600 }),
    // git can be told a program for ssh but no arguments of it, unless a shell takes them apart.
    writeFile(path('ssh'), '#!/bin/sh\nexec ssh -F "${0%/*}/ssh_config" "$@"\n', { mode: 0o700 }),
  ])
  return { GIT_SSH: path('ssh'), GIT_SSH_VARIANT: 'ssh' }
}
