import { type ErrorCode, Failure } from '@wheelhouse/contract'
import { type Endpoint, isLocal } from './address.ts'

const fullWords = /no space left on device|disk quota exceeded/i
/** Words of the engine that decide better than its status, which differs between versions. */
const tellingWords: readonly (readonly [RegExp, ErrorCode])[] = [
  [/is already in use by container|already exists|name .* is already in use/i, 'CONFLICT'],
  [/is not paused|is already paused|is not running|is paused|is restarting|already in progress/i, 'STATE_CONFLICT'],
  [fullWords, 'STORAGE_FULL'],
  [/has active endpoints|volume is in use|marked for removal/i, 'STATE_CONFLICT'],
  // Of a Swarm. A version that is no longer the newest comes with status 500.
  [/update out of sequence|name conflicts with an existing object/i, 'CONFLICT'],
  [/does not have a leader|too few managers are online|no suitable leader/i, 'TARGET_UNREACHABLE'],
  [/timeout was reached before node joined/i, 'TIMED_OUT'],
  [/is in use by (the following )?(service|task)|does not have a previous spec/i, 'STATE_CONFLICT'],
  [/(part of a|not a) swarm|swarm is encrypted|attempting to leave the swarm|is not locked/i, 'STATE_CONFLICT'],
  [/demoted? (to worker|the last manager)|is not down and can't be removed|raft memberlist/i, 'STATE_CONFLICT'],
]
const byStatus: Readonly<Record<number, ErrorCode>> = { 404: 'NOT_FOUND', 409: 'STATE_CONFLICT' }

/** An answer of 400 and above as a Failure, with the engine's own words. */
export function refusal(status: number, body: string): Failure {
  const words = engineWords(body) || `status ${status} without a reason`
  if (/HTTP request to an HTTPS server/i.test(words)) {
    return new Failure('TARGET_UNREACHABLE', 'The engine wants TLS. Add its certificates to this target.', { status })
  }
  const code = tellingWords.find(([pattern]) => pattern.test(words))?.[1] ?? byStatus[status] ?? 'TARGET_REFUSED'
  return new Failure(code, `The engine refused: ${words}${code === 'STORAGE_FULL' ? makeRoom(words) : ''}`, {
    status,
    words,
  })
}

const makeRoom = (words: string): string =>
  `${/[.!?]$/.test(words) ? '' : '.'} The disk of the engine is full: remove images, containers and volumes there that nothing uses, then try again.`

/** A failure that the engine tells inside an answer which began with status 200. `what` is a sentence on what was not done. */
export function toldInside(what: string, words: string, output?: string): Failure {
  const full = fullWords.test(words) || (output !== undefined && fullWords.test(output.slice(-2000)))
  const said = output === undefined ? words : `${words}${output}`
  return new Failure(
    full ? 'STORAGE_FULL' : 'TARGET_REFUSED',
    `${what} The engine says: ${said}${full ? makeRoom(said) : ''}`,
    {
      words,
    },
  )
}

function engineWords(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body)
    if (typeof parsed === 'object' && parsed !== null && 'message' in parsed) return String(parsed.message).trim()
  } catch {
    // Proxies and very old engines answer plain text.
  }
  return body.trim().slice(0, 500)
}

const certificateFaults: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has ended. Renew it on the engine',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name. Use the name in the certificate as address',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not signed by the CA of this target. Replace the CA',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not signed by the CA of this target. Replace the CA',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not signed by the CA of this target. Replace the CA',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is not signed by the CA of this target. Replace the CA',
}

/** A broken or impossible connection as a Failure that says why and what to do. A Failure is passed on as it is. */
export function unreachable(error: unknown, endpoint: Endpoint): Failure {
  if (error instanceof Failure) return error
  const { code = '', message } = error instanceof Error ? (error as NodeJS.ErrnoException) : { message: String(error) }
  const tunnelled = endpoint.tunnel?.trouble()
  if (tunnelled) return tunnelled
  return new Failure('TARGET_UNREACHABLE', sentence(code, message, endpoint), { code }, { cause: error })
}

function sentence(code: string, message: string, endpoint: Endpoint): string {
  const { label } = endpoint
  const local = isLocal(endpoint)
  const fault = certificateFaults[code]
  if (fault) return `${label} is not trusted: ${fault}.`
  if (/alert (bad certificate|certificate required|unknown ca|certificate unknown|handshake failure)/i.test(message)) {
    return `${label} refuses our client certificate. Replace the certificate and key of this target.`
  }
  if (/wrong version number|packet length too long/i.test(message)) {
    return `${label} does not speak TLS. Remove the certificates of this target, or switch TLS on in the engine.`
  }
  switch (code) {
    case 'ENOENT':
      return `There is no engine at ${label}. Start Docker there, or correct the address.`
    case 'EACCES':
    case 'EPERM':
      return `This user may not open ${label}. Add it to the group that owns the socket, then start Wheelhouse again.`
    case 'ECONNREFUSED':
      return local
        ? `Nothing answers behind ${label}. Start Docker.`
        : `${label} refuses the connection. Check that the engine runs and listens there.`
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The name in ${label} is not known here. Check the address and the DNS.`
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `There is no way to ${label}. Check the network and the firewall.`
    case 'ETIMEDOUT':
      return `${label} does not answer. Check that the host is up and no firewall is between.`
    case 'ECONNRESET':
    case 'EPIPE':
    case 'ERR_STREAM_PREMATURE_CLOSE':
      return `The engine at ${label} closed the connection. It may be restarting.`
    default:
      return `The engine at ${label} cannot be reached: ${message || code}.`
  }
}
