import type { RegistrySignIn } from '@wheelhouse/driver'

const publicRegistry = 'docker.io'
const publicAddress = 'https://index.docker.io/v1/'

/**
 * The header by which the engine signs in to a registry, for one request. Without padding an engine of 20.10 reads nothing of it and
 * goes on as nobody; without the header it refuses a push.
 */
export function registryAuth(signIn: RegistrySignIn | null): Readonly<Record<string, string>> {
  const credentials =
    signIn === null
      ? {}
      : {
          username: signIn.username,
          password: signIn.password,
          serveraddress: signIn.address === publicRegistry ? publicAddress : signIn.address,
        }
  const text = Buffer.from(JSON.stringify(credentials)).toString('base64')
  return { 'x-registry-auth': text.replaceAll('+', '-').replaceAll('/', '_') }
}
