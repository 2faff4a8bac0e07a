import { always, listOf, mapOf, pairs, silent, struct } from './collections.ts'
import type { Kind } from './kind.ts'
import { flag, setFlag, setPlainText, text } from './scalars.ts'
import { names, service } from './service.ts'

const options = mapOf(setPlainText)

/** True, or a mapping with the name, as older files have it. */
const external: Kind = {
  check(node, path, problems) {
    if (node.kind === 'map') struct({ keys: { name: text } }).check(node, path, problems)
    else flag.check(node, path, problems)
  },
  emit: (node) => (node?.kind === 'map' ? true : flag.emit(node)),
}

const network = struct({
  nullable: true,
  keys: {
    name: text,
    driver: text,
    driver_opts: options,
    ipam: always(
      struct({
        keys: {
          driver: text,
          config: listOf(struct({ keys: { subnet: text, gateway: text, ip_range: text, aux_addresses: mapOf(text) } })),
          // Compose takes them and does not hand them on.
          options: silent(mapOf(text)),
        },
      }),
    ),
    external,
    internal: flag,
    attachable: flag,
    labels: pairs(''),
    enable_ipv4: setFlag,
    enable_ipv6: setFlag,
  },
})
const volume = struct({
  nullable: true,
  keys: { name: text, driver: text, driver_opts: options, external, labels: pairs('') },
})
const fileKeys = { name: text, file: text, environment: text }
const secret = struct({
  keys: {
    ...fileKeys,
    external,
    labels: pairs(''),
    driver: text,
    driver_opts: options,
    template_driver: text,
  },
})
const config = struct({
  keys: { ...fileKeys, content: text, external, labels: pairs(''), template_driver: text },
})

export const sections: Readonly<Record<string, Kind>> = {
  services: mapOf(service, { names }),
  networks: mapOf(network, { absent: {}, names }),
  volumes: mapOf(volume, { absent: {}, names }),
  secrets: mapOf(secret, { names }),
  configs: mapOf(config, { names }),
}
const version: Kind = {
  check(node, path, problems) {
    text.check(node, path, problems)
    problems.warnAtKey(path, 'version has no effect: the Compose Specification is always read as its newest form.')
  },
  emit: () => undefined,
}
/** Every key at the top of a file. `include` is gone by the time a model is checked. */
export const project = struct({ keys: { version, name: text, ...sections } })
