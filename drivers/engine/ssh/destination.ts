import { Failure } from '@wheelhouse/contract'

/** Where `ssh` goes, and which socket it reaches there. */
export interface SshDestination {
  /** `user@host` or `host`, as one argument of ssh. */
  readonly login: string
  readonly host: string
  readonly port: number | null
  readonly socket: string
}

const pattern =
  /^ssh:\/\/(?:([A-Za-z0-9_][\w.-]*)@)?(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9][A-Za-z0-9.-]*)(?::(\d{1,5}))?(\/.*)?$/

/** Reads `ssh://[user@]host[:port][/path/to/docker.sock]`; null for other ways. Nothing in it can be taken for an option of ssh. */
export function sshDestination(address: string): SshDestination | null {
  if (!address.startsWith('ssh://')) return null
  const match = pattern.exec(address)
  const path = match?.[4] === undefined || match[4] === '/' ? '/var/run/docker.sock' : match[4]
  if (!match || /[:\0\s]/.test(path)) {
    throw new Failure(
      'VALIDATION_FAILED',
      `"${address}" is no way over SSH. Use ssh://user@host, ssh://user@host:2222 or ssh://user@host/path/to/docker.sock.`,
    )
  }
  const host = (match[2] ?? '').replace(/^\[|\]$/g, '')
  return {
    login: match[1] === undefined ? host : `${match[1]}@${host}`,
    host,
    port: match[3] === undefined ? null : Number(match[3]),
    socket: path,
  }
}
