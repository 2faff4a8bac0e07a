import { readFile } from 'node:fs/promises'
import { type Client, createClient, Live, Problem, type SocketLike } from '@wheelhouse/client'
import { socketProtocol, ticketProtocol } from '@wheelhouse/contract/wire'
import { type Context, defaultUrl, readContexts, serverUrl } from './contexts.ts'
import { clientTable, version } from './derived/tables.ts'
import { Complaint } from './failure.ts'
import type { Globals, Shell } from './shell.ts'

export interface Access {
  readonly url: string
  readonly token: string | null
  /** Name of the context it came from; null when it came from flags or the environment. */
  readonly name: string | null
  readonly context: Context | null
}

const suggestContext = (names: readonly string[]): string =>
  names.length === 0 ? 'Run wh login to make one.' : `There ${names.length === 1 ? 'is' : 'are'} ${names.join(', ')}.`

/**
 * Where to go and with what: flags before environment before the current context. A token of one server is never sent
 * to another: with --server only a context of that very server lends its token.
 */
export async function findAccess(globals: Globals): Promise<Access> {
  const given = globals.tokenFile === undefined ? null : (await readFile(globals.tokenFile, 'utf8')).trim()
  const token = given ?? (process.env.WHEELHOUSE_TOKEN || null)
  const { current, contexts } = await readContexts()
  const wanted = globals.context ?? (globals.server === undefined ? process.env.WHEELHOUSE_CONTEXT : undefined)
  if (wanted) {
    const context = contexts[wanted]
    if (!context)
      throw new Complaint(
        'notFound',
        'NO_CONTEXT',
        `There is no context "${wanted}". ${suggestContext(Object.keys(contexts))}`,
      )
    return { url: context.url, token: given ?? context.token, name: wanted, context }
  }
  const address = globals.server ?? process.env.WHEELHOUSE_URL
  if (address) {
    const url = serverUrl(address)
    const [name, context] = Object.entries(contexts).find(([, one]) => one.url === url) ?? [null, null]
    return { url, token: token ?? context?.token ?? null, name, context }
  }
  const context = current === null ? undefined : contexts[current]
  if (!context) return { url: defaultUrl, token, name: null, context: null }
  return { url: context.url, token: token ?? context.token, name: current, context }
}

export const clientOf = (url: string, token: () => string | null): Client =>
  createClient({
    origin: url,
    table: clientTable(),
    token,
    headers: { 'user-agent': `wh/${version()} (${process.platform})` },
  })

export interface Connection {
  readonly access: Access
  readonly client: Client
  /** `onRefused`: the token has ended while it was open. `tell`: where a lost connection is told, standard error unless told. */
  live(onRefused: (error: unknown) => void, tell?: (text: string, back: boolean) => void): Live
  /** A socket of its own for a terminal. */
  terminal(path: string): Promise<WebSocket>
}

const socketUrl = (origin: string, path: string): string => origin.replace(/^http/, 'ws') + path

/** The client of the server in hand. Refuses at once without a token, so that the advice comes before the error. */
export async function connect(shell: Shell): Promise<Connection> {
  const access = await findAccess(shell.globals)
  if (access.token === null) {
    const command = access.url === defaultUrl ? 'wh login' : `wh login ${access.url}`
    throw new Complaint(
      'refused',
      'NOT_SIGNED_IN',
      `You are not signed in to ${access.url}. Run ${command}, or set WHEELHOUSE_TOKEN.`,
    )
  }
  const client = clientOf(access.url, () => access.token)
  const ticket = async (): Promise<string> => (await client.auth.ticket()).ticket
  return {
    access,
    client,
    live: (onRefused, tell = (text, back) => shell.say(text, back ? 'dim' : 'yellow')) => {
      let lost = false
      const live = new Live({
        url: socketUrl(access.url, '/ws'),
        ticket,
        open: (url, protocols) => new WebSocket(url, protocols) as unknown as SocketLike,
        onState: (state) => {
          if (state === 'waiting' && !lost) tell(`The connection to ${access.url} was lost. Trying again …`, false)
          if (state === 'live' && lost) tell('Connected again.', true)
          lost = state === 'waiting' || (lost && state === 'connecting')
        },
        onRefused: (error) => {
          if (!(error instanceof Problem) || (error.status !== 401 && error.status !== 403)) return
          live.close()
          onRefused(error)
        },
      })
      return live
    },
    terminal: async (path) => {
      const socket = new WebSocket(socketUrl(access.url, path), [socketProtocol, ticketProtocol + (await ticket())])
      socket.binaryType = 'arraybuffer'
      return socket
    },
  }
}
