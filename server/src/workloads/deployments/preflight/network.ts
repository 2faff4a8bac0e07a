import { Agent as HttpAgent, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { bad, type Check, type Found, type Look, well } from './check.ts'
import { lookupName, resolveName } from './names.ts'
import { portChecks } from './ports.ts'

/**
 * Asks a registry whether it lets us in: 200, or 401 which asks for a name and password that the engine has. Where the environment
 * names a proxy for it (HTTPS_PROXY, NO_PROXY), that resolves its name and leads there.
 */
export function lookAtRegistry(
  registry: string,
  signal: AbortSignal,
  proxyEnv: NodeJS.ProcessEnv = process.env,
): Promise<Found> {
  const isLocal = /^(localhost|127\.|\[::1\])/.test(registry)
  const send = isLocal ? httpRequest : httpsRequest
  const agent = isLocal ? new HttpAgent({ proxyEnv }) : new HttpsAgent({ proxyEnv })
  return new Promise((resolve) => {
    const fix = `See that ${registry} is up and that the engine has signed in: docker login ${registry}.`
    const call = send(
      `${isLocal ? 'http' : 'https'}://${registry}/v2/`,
      { agent, signal, timeout: 3_500, lookup: lookupName },
      (response) => {
        response.resume()
        const status = response.statusCode ?? 0
        resolve(
          status === 200 ? well('lets us in') : bad(status === 401 ? 'asks for a login' : `answered ${status}`, fix),
        )
      },
    )
    call.on('timeout', () => call.destroy(new Error('no answer')))
    call.on('error', (error) => resolve(bad(`does not answer: ${error.message}`, fix)))
    call.on('close', () => agent.destroy())
    call.end()
  })
}

export function networkChecks(look: Look): Check[] {
  const { project, signal } = look
  const requires = project.manifest?.requires
  return [
    ...portChecks(look),
    ...(requires?.dns ?? []).map((name): Check => ({
      id: `dns:${name}`,
      group: 'network',
      title: `Name ${name}`,
      severity: 'error',
      look: () =>
        resolveName(name).then(
          ([address = '']) => well(address),
          (error: NodeJS.ErrnoException) =>
            bad(`does not resolve (${error.code ?? error.message})`, `Add ${name} to DNS, or to /etc/hosts.`),
        ),
    })),
    ...(requires?.registries ?? []).map((registry): Check => ({
      id: `registry:${registry}`,
      group: 'network',
      title: `Registry ${registry}`,
      severity: 'error',
      look: () => lookAtRegistry(registry, signal),
    })),
  ]
}
