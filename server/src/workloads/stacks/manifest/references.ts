import { didYouMean } from '../file/nearest.ts'
import type { Path, Problems } from '../file/problems.ts'
import type { Manifest } from './schema.ts'

/** Names in a manifest that stand for something else in it must be there. */
export function checkReferences(manifest: Manifest, problems: Problems): void {
  const apps = Object.keys(manifest.apps ?? {})
  const environments = Object.keys(manifest.environments ?? {})
  const refer = (kind: string, name: string | undefined, known: readonly string[], path: Path): void => {
    if (name === undefined || known.includes(name)) return
    const has = known.length === 0 ? `The file has none.` : `It has ${known.join(', ')}.`
    problems.error(path, `There is no ${kind} "${name}". ${has}${didYouMean(name, known)}`)
  }
  for (const [name, service] of Object.entries(manifest.services ?? {})) {
    refer('app', service.app, apps, ['services', name, 'app'])
    if (service.expose && service.ports?.includes(service.expose.port))
      problems.error(
        ['services', name, 'ports'],
        `Port ${service.expose.port} is that of expose: the instances get ports of their own. Leave it out here.`,
      )
  }
  for (const [name, service] of Object.entries(manifest.compose?.services ?? {}))
    refer('app', service.app, apps, ['compose', 'services', name, 'app'])
  for (const [index, template] of (manifest.config?.templates ?? []).entries())
    refer('app', template.app, apps, ['config', 'templates', index, 'app'])
  // Which services a Compose file has is not known here.
  const services = Object.keys(manifest.services ?? {})
  for (const [index, gate] of manifest.compose === undefined ? (manifest.gates ?? []).entries() : [])
    refer('service', gate.service, services, ['gates', index, 'service'])
  for (const [index, command] of (manifest.pipeline?.commands ?? []).entries()) {
    refer('app', command.app, apps, ['pipeline', 'commands', index, 'app'])
    for (const [at, name] of (command.environments ?? []).entries())
      refer('environment', name, environments, ['pipeline', 'commands', index, 'environments', at])
  }
  refer('environment', manifest.default_environment, environments, ['default_environment'])
  for (const [name, environment] of Object.entries(manifest.environments ?? {}))
    refer('environment', environment.promote_from, environments, ['environments', name, 'promote_from'])
  for (const [index, entry] of (manifest.schedule ?? []).entries())
    refer('environment', entry.environment, environments, ['schedule', index, 'environment'])
  checkPorts(manifest, problems)
}

/** Two services cannot take requests at the same place. */
function checkPorts(manifest: Manifest, problems: Problems): void {
  const taken = new Map<string, string>()
  const exposed = [
    ...Object.entries(manifest.services ?? {}).map(([name, { expose }]) => ({ name, expose, at: ['services', name] })),
    ...Object.entries(manifest.compose?.services ?? {}).map(([name, { expose }]) => ({
      name,
      expose,
      at: ['compose', 'services', name],
    })),
  ]
  for (const { name, expose, at } of exposed) {
    if (expose === undefined) continue
    for (const hostname of expose.hostnames?.length ? expose.hostnames : ['']) {
      const key = `${expose.host ?? ''}:${expose.port}:${hostname}`
      const other = taken.get(key)
      if (other !== undefined)
        problems.error([...at, 'expose'], `Port ${expose.port} is exposed by ${other} already. Take another.`)
      taken.set(key, name)
    }
  }
}
