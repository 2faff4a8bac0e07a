import { hostname } from 'node:os'
import { type Client, Problem } from '@wheelhouse/client'
import type { Command } from 'commander'
import { clientOf, findAccess } from '../connect.ts'
import { type Context, contextName, contextsFile, readContexts, serverUrl, unsafe, writeContexts } from '../contexts.ts'
import { Complaint, usage } from '../failure.ts'
import { action } from '../globals.ts'
import { ask, askSecret, secretFromStdin } from '../prompt.ts'
import type { Shell } from '../shell.ts'

interface Options {
  user?: string
  passwordStdin?: boolean
  name?: string
}

async function credentials(shell: Shell, options: Options): Promise<{ username: string; password: string }> {
  if (!shell.interactive && options.user === undefined)
    throw usage('Say who signs in: wh login -u <user> --password-stdin.')
  const username = options.user ?? (await ask(shell, 'User: ')).trim()
  const password = options.passwordStdin ? await secretFromStdin() : await askSecret(shell, 'Password: ')
  return { username, password }
}

/** A token under the first free name: the plain one is held by the login before, or by another user of this machine. */
async function makeToken(client: Client, n = 1): ReturnType<Client['tokens']['create']> {
  const plain = `wh on ${hostname()}`
  try {
    return await client.tokens.create({ name: n === 1 ? plain : `${plain} ${n}` })
  } catch (error) {
    if (error instanceof Problem && error.code === 'CONFLICT' && n < 20) return makeToken(client, n + 1)
    throw error
  }
}

/** Signs in, makes a token of this machine, ends the session: what stays here can be listed and revoked by name. */
async function tokenFor(url: string, open: Client, who: { username: string; password: string }): Promise<Context> {
  const signedIn = await open.auth.login(who)
  const client = clientOf(url, () => signedIn.accessToken)
  const { token, secret } = await makeToken(client)
  // The session is not needed any more; that it could not be ended is no reason to lose the token.
  await client.auth.logout().catch(() => undefined)
  return { url, user: signedIn.user.username, token: secret, tokenId: token.id, expiresAt: token.expiresAt }
}

async function login(shell: Shell, options: Options, [address]: readonly string[]): Promise<void> {
  const url = address === undefined ? (await findAccess(shell.globals)).url : serverUrl(address)
  const open = clientOf(url, () => null)
  const { needed } = await open.auth.setupState()
  if (needed)
    throw new Complaint(
      'conflict',
      'SETUP_NEEDED',
      `${url} has no administrator yet. Open the setup link it printed when it started, then run wh login.`,
    )
  if (unsafe(url))
    shell.say(
      `${url} is not encrypted: the password and the token can be read on the way. Use https if you can.`,
      'yellow',
    )
  const context = await tokenFor(url, open, await credentials(shell, options))
  const known = await readContexts()
  const name =
    options.name ?? Object.entries(known.contexts).find(([, one]) => one.url === url)?.[0] ?? contextName(url)
  const before = known.contexts[name]
  await writeContexts({ current: name, contexts: { ...known.contexts, [name]: context } })
  if (before?.url === url && before.tokenId && before.tokenId !== context.tokenId)
    await clientOf(url, () => context.token)
      .tokens.revoke({ id: before.tokenId })
      .catch(() => undefined)
  shell.say(`Signed in to ${url} as ${context.user}. The token is kept in ${contextsFile()}.`, 'green')
}

export function define(command: Command): void {
  command
    .argument('[url]', 'http://127.0.0.1:8080 unless told')
    .option('-u, --user <name>', 'who signs in')
    .option('--password-stdin', 'read the password from standard input')
    .option('--name <context>', 'name of the context; the host unless told')
  action(command, login)
}
