import { createHmac } from 'node:crypto'
import type { NotificationChannelSpec } from '@wheelhouse/contract'
import { AddressRefused, guardedAddress, guardedCall, troubleWords } from '../../inventory/outbound/index.ts'
import { discordBody, mailOf, slackBody, webhookBody } from './hook-bodies.ts'
import type { Message } from './message.ts'

const deadlineMs = 10_000

export interface SendOptions {
  /** Further authorities whose certificates are trusted, PEM; for receivers of one's own. */
  readonly authorities?: readonly string[]
  readonly signal?: AbortSignal
}

/** A delivery that did not arrive; its message is a clause such as "answered 500", and never holds the address of a hook. */
export class NotDelivered extends Error {}

/** Sends one message now, within 10 s. Throws NotDelivered. */
export async function send(spec: NotificationChannelSpec, message: Message, options: SendOptions = {}): Promise<void> {
  const deadline = AbortSignal.timeout(deadlineMs)
  const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline
  try {
    await (spec.kind === 'email' ? mail(spec, message, signal, options) : hook(spec, message, signal, options))
  } catch (error) {
    if (error instanceof NotDelivered) throw error
    if (deadline.aborted) throw new NotDelivered(`did not answer within ${deadlineMs / 1000} s`, { cause: error })
    throw new NotDelivered(clause(error), { cause: error })
  }
}

function clause(error: unknown): string {
  if (error instanceof AddressRefused) return error.message
  return (
    troubleWords(error) ?? troubleWords((error as { cause?: unknown } | null)?.cause) ?? mailWords(error) ?? 'failed'
  )
}

type Hook = Exclude<NotificationChannelSpec, { kind: 'email' }>
const bodies = { webhook: webhookBody, slack: slackBody, discord: discordBody } as const

async function hook(
  spec: Hook,
  message: Message,
  signal: AbortSignal,
  { authorities = [] }: SendOptions,
): Promise<void> {
  const body = JSON.stringify(bodies[spec.kind](message))
  const secret = spec.kind === 'webhook' ? spec.secret : undefined
  const { status } = await guardedCall(new URL(spec.url), {
    method: 'POST',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'wheelhouse',
      'x-wheelhouse-delivery': message.key,
      ...(secret === undefined
        ? {}
        : { 'x-wheelhouse-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` }),
    },
    body,
    signal,
    authorities,
  })
  if (status >= 300 && status < 400)
    throw new NotDelivered(`answered ${status}: it leads elsewhere, which is not followed. Use the address it leads to`)
  if (status < 200 || status >= 300) throw new NotDelivered(`answered ${status}`)
}

async function mail(
  spec: Extract<NotificationChannelSpec, { kind: 'email' }>,
  message: Message,
  signal: AbortSignal,
  { authorities = [] }: SendOptions,
): Promise<void> {
  const { address } = await guardedAddress(spec.host)
  // Loaded with the first e-mail: most houses send none.
  const { createTransport } = await import('nodemailer')
  const { username, password } = spec
  const transport = createTransport({
    host: address,
    port: spec.port,
    secure: spec.secure ?? false,
    // A password never goes over a wire that others read.
    requireTLS: username !== undefined && spec.secure !== true,
    tls: { servername: spec.host, ...(authorities.length > 0 ? { ca: [...authorities] } : {}) },
    ...(username === undefined ? {} : { auth: { user: username, pass: password ?? '' } }),
    connectionTimeout: deadlineMs,
    greetingTimeout: deadlineMs,
    socketTimeout: deadlineMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const ended = Promise.withResolvers<never>()
  const end = (): void => ended.reject(new Error('stopped'))
  signal.addEventListener('abort', end, { once: true })
  try {
    const { subject, text } = mailOf(message)
    const headers = { 'auto-submitted': 'auto-generated', 'x-wheelhouse-delivery': message.key }
    await Promise.race([transport.sendMail({ from: spec.from, to: spec.to, subject, text, headers }), ended.promise])
  } finally {
    signal.removeEventListener('abort', end)
    transport.close()
  }
}

/** What a mail server refused, by what it is; its own words may hold an address but no secret. */
function mailWords(error: unknown): string | null {
  const { code, responseCode, message } = (error ?? {}) as { code?: unknown; responseCode?: unknown; message?: unknown }
  if (code === 'EAUTH') return 'refused user name or password'
  // The library puts a code of its own over that of the socket, which stays in the words.
  const socket = typeof message === 'string' ? /\bE[A-Z_]{4,20}\b/.exec(message)?.[0] : undefined
  const known = socket === undefined ? null : troubleWords({ code: socket })
  if (known !== null) return known
  if (code === 'ETLS' || (code === 'ESOCKET' && /certificate|tls|ssl/i.test(String(message))))
    return `offers no TLS that can be trusted${said(message)}`
  if (code === 'ESOCKET') return `broke the connection${said(message)}`
  if (code === 'EENVELOPE') return `refused sender or recipients${said(message)}`
  if (typeof responseCode === 'number') return `answered ${responseCode}${said(message)}`
  return code === 'ETIMEDOUT' || code === 'ECONNECTION' ? 'did not answer' : null
}
const said = (message: unknown): string =>
  typeof message === 'string' && message !== '' ? `: ${message.split('\n')[0]?.slice(0, 200)}` : ''
