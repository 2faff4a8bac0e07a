import { type Client, Problem } from '@wheelhouse/client'
import { type Access, clientOf } from './connect.ts'
import { usage } from './failure.ts'
import { askSecret, secretFromStdin } from './prompt.ts'
import type { Shell } from './shell.ts'

/** Operations that an API token may not do for its owner, so that a stolen one cannot make itself a successor. */
export const personal: ReadonlySet<string> = new Set([
  'tokens.create',
  'auth.changePassword',
  'auth.updateMe',
  'auth.revokeSession',
  'auth.revokeOtherSessions',
])

const refused = (error: unknown): boolean => error instanceof Problem && error.code === 'FORBIDDEN'

/** Tries with the token; where that is refused, signs in with the password for this one call and out again. */
export async function asPerson<T>(
  shell: Shell,
  access: Access,
  client: Client,
  secret: { piped: boolean; known: unknown },
  run: (client: Client) => Promise<T>,
): Promise<T> {
  try {
    return await run(client)
  } catch (error) {
    const username = access.context?.user
    if (!refused(error) || !username) throw error
    const { piped, known } = secret
    if (typeof known !== 'string' && !piped && !shell.interactive)
      throw usage(`${(error as Problem).message} Use --password-stdin.`)
    const password =
      typeof known === 'string'
        ? known
        : piped
          ? await secretFromStdin()
          : await askSecret(shell, `Password of ${username}: `)
    const session = await clientOf(access.url, () => null).auth.login({ username, password })
    const signedIn = clientOf(access.url, () => session.accessToken)
    try {
      return await run(signedIn)
    } finally {
      await signedIn.auth.logout().catch(() => undefined)
    }
  }
}
