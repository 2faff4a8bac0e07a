import { Problem } from '@wheelhouse/client'
import type { Command } from 'commander'
import { clientOf, findAccess } from '../connect.ts'
import { readContexts, writeContexts } from '../contexts.ts'
import { Complaint } from '../failure.ts'
import { action } from '../globals.ts'

export function define(command: Command): void {
  action(command, async (shell) => {
    const { name, context, url } = await findAccess(shell.globals)
    if (name === null || context === null || context.token === null)
      throw new Complaint('refused', 'NOT_SIGNED_IN', `You are not signed in to ${url}. Nothing to do.`)
    let revoked = true
    if (context.tokenId !== null) {
      try {
        await clientOf(url, () => context.token).tokens.revoke({ id: context.tokenId })
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        revoked = ['NOT_FOUND', 'UNAUTHENTICATED'].includes(error.code)
        if (!revoked)
          shell.say(
            `The token could not be revoked: ${error.message} It ends by itself; or revoke it in the web interface.`,
            'yellow',
          )
      }
    }
    const known = await readContexts()
    await writeContexts({
      ...known,
      contexts: { ...known.contexts, [name]: { ...context, token: null, tokenId: null, expiresAt: null } },
    })
    shell.say(`Signed out of ${url}.${revoked ? '' : ' The token was only forgotten here.'}`)
  })
}
