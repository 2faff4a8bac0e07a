import { always, listOf, pairs, struct } from './collections.ts'
import type { Kind } from './kind.ts'
import {
  bytesText,
  count,
  cutWhole,
  number,
  oneOf,
  period,
  setPeriod,
  setWhole,
  text,
  whole,
  within,
} from './scalars.ts'

const texts = listOf(text)

/** What a device must be able to do, and which or how many. */
const deviceRequest = (isRequired: boolean) =>
  struct({
    keys: { capabilities: texts, driver: text, count, device_ids: texts, options: pairs('') },
    required: isRequired ? ['capabilities'] : [],
  })
const requests = listOf(deviceRequest(false))
const all = oneOf('all')
export const gpus: Kind = {
  check: (node, path, problems) => (node.kind === 'scalar' ? all : requests).check(node, path, problems),
  emit: (node) => requests.emit(node),
}

const update = struct({
  keys: {
    parallelism: within(setWhole, 0),
    delay: period,
    failure_action: text,
    monitor: period,
    max_failure_ratio: number,
    order: oneOf('start-first', 'stop-first'),
  },
})
const limits = struct({ keys: { cpus: number, memory: bytesText, pids: whole } })
const reservations = struct({
  keys: {
    cpus: number,
    memory: bytesText,
    devices: listOf(deviceRequest(true)),
    generic_resources: listOf(
      struct({ keys: { discrete_resource_spec: struct({ keys: { kind: text, value: cutWhole } }) } }),
    ),
  },
})

export const deployKeys: Readonly<Record<string, Kind>> = {
  mode: text,
  replicas: setWhole,
  labels: pairs(''),
  update_config: update,
  rollback_config: update,
  resources: always(struct({ keys: { limits, reservations } })),
  restart_policy: struct({
    keys: { condition: text, delay: setPeriod, max_attempts: within(setWhole, 0), window: setPeriod },
  }),
  placement: always(
    struct({
      keys: {
        constraints: texts,
        preferences: listOf(struct({ keys: { spread: text } })),
        max_replicas_per_node: within(whole, 0),
      },
    }),
  ),
  endpoint_mode: text,
}
export const deploy = struct({ nullable: true, keys: deployKeys })
