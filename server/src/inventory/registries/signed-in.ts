import { Failure } from '@wheelhouse/contract'
import type { RegistrySignIn } from '@wheelhouse/driver'

interface SignIns {
  signInFor(reference: string): Promise<RegistrySignIn | null>
  refused(reference: string, reason: string): Promise<void>
  worked(reference: string): Promise<void>
}

const refusesSignIn = /unauthorized|authentication required|no basic auth|denied|incorrect username or password/i

/** Does it with the sign-in of the image's registry, and tells the registry's row how that went. */
export async function signedIn<T>(
  registries: SignIns,
  reference: string,
  act: (signIn: RegistrySignIn | null) => Promise<T>,
): Promise<T> {
  const signIn = await registries.signInFor(reference)
  try {
    const result = await act(signIn)
    if (signIn !== null) await registries.worked(reference)
    return result
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const words = typeof error.details.words === 'string' ? error.details.words : error.message
    if (!refusesSignIn.test(words)) throw error
    const cure =
      signIn === null
        ? 'Add its registry with a user name and a password, where it wants them.'
        : `Check the user name and the password of ${signIn.address}.`
    if (signIn !== null && /unauthorized|incorrect username/i.test(words)) await registries.refused(reference, cure)
    throw new Failure(error.code, `${error.message.replace(/\.?$/, '.')} ${cure}`, error.details)
  }
}
