import { build, ulimits } from './build.ts'
import { always, hosts, listOf, mapOf, orList, orText, pairs, silent, struct } from './collections.ts'
import { command, healthTest } from './command.ts'
import { deploy, gpus } from './deploy.ts'
import type { Kind } from './kind.ts'
import { devices, fileMounts, ports, volumes } from './mounts.ts'
import {
  bytes,
  cutWhole,
  flag,
  number,
  oneOf,
  setBoolean,
  setCutWhole,
  setFlag,
  setPeriod,
  setPlainText,
  setWhole,
  setWholeText,
  text,
  whole,
  wholeBytes,
  wholeText,
  within,
} from './scalars.ts'

export const names = /^[a-zA-Z0-9._-]+$/
const texts = listOf(text)
const uniqueTexts = listOf(text, { unique: true })
const options = mapOf(setPlainText)

const hook = struct({
  keys: { command, user: text, privileged: flag, working_dir: text, environment: pairs(null) },
})
const limit = struct({
  extensions: false,
  keys: { path: text, rate: wholeBytes },
  written: { path: 'Path', rate: 'Rate' },
})
const weight = struct({
  extensions: false,
  keys: { path: text, weight: within(whole, 0) },
  written: { path: 'Path', weight: 'Weight' },
})

const envFile = struct({
  extensions: false,
  keys: { path: text, required: setFlag, format: oneOf('raw') },
  required: ['path'],
})

const dependency = struct({
  keys: {
    condition: oneOf('service_started', 'service_healthy', 'service_completed_successfully'),
    restart: flag,
    required: setBoolean,
  },
  required: ['condition'],
})
const attachment = struct({
  keys: {
    priority: cutWhole,
    gw_priority: cutWhole,
    aliases: texts,
    ipv4_address: text,
    ipv6_address: text,
    link_local_ips: texts,
    mac_address: text,
    driver_opts: options,
  },
})

/** Every key of a service, in the order they are written: the hash of a service is made of just that. */
export const serviceKeys: Readonly<Record<string, Kind>> = {
  profiles: uniqueTexts,
  annotations: pairs(''),
  attach: setFlag,
  build,
  develop: struct({
    nullable: true,
    keys: {
      watch: listOf(
        struct({
          keys: {
            path: text,
            action: oneOf('rebuild', 'sync', 'restart', 'sync+restart', 'sync+exec'),
            target: text,
            exec: always(hook),
            ignore: texts,
          },
          required: ['path', 'action'],
        }),
      ),
    },
  }),
  blkio_config: struct({
    extensions: false,
    keys: {
      weight: within(whole, 0),
      weight_device: listOf(weight),
      device_read_bps: listOf(limit),
      device_read_iops: listOf(limit),
      device_write_bps: listOf(limit),
      device_write_iops: listOf(limit),
    },
  }),
  cap_add: uniqueTexts,
  cap_drop: uniqueTexts,
  cgroup_parent: text,
  cgroup: oneOf('host', 'private'),
  cpu_count: within(whole, 0),
  cpu_percent: within(whole, 0, 100),
  cpu_period: cutWhole,
  cpu_quota: cutWhole,
  cpu_rt_period: cutWhole,
  cpu_rt_runtime: cutWhole,
  cpus: number,
  cpuset: text,
  cpu_shares: cutWhole,
  command,
  configs: fileMounts,
  container_name: text,
  credential_spec: struct({ keys: { config: text, file: text, registry: text } }),
  depends_on: orList(mapOf(dependency, { names }), uniqueTexts),
  deploy,
  device_cgroup_rules: uniqueTexts,
  devices,
  dns: orText(texts),
  dns_opt: uniqueTexts,
  dns_search: orText(uniqueTexts),
  domainname: text,
  entrypoint: command,
  environment: pairs(null),
  // Both are part of environment and labels by the time a model is written.
  env_file: silent(orText(listOf(orText(envFile)))),
  expose: listOf(wholeText, { unique: true }),
  extends: orText(struct({ extensions: false, keys: { file: text, service: text }, required: ['service'] })),
  external_links: uniqueTexts,
  extra_hosts: hosts,
  group_add: listOf(wholeText, { unique: true }),
  gpus,
  hostname: text,
  healthcheck: struct({
    keys: {
      test: healthTest,
      timeout: setPeriod,
      interval: setPeriod,
      retries: within(setCutWhole, 0),
      start_period: setPeriod,
      start_interval: setPeriod,
      disable: flag,
    },
  }),
  image: text,
  init: setFlag,
  ipc: text,
  isolation: text,
  labels: pairs(''),
  label_file: silent(orText(texts)),
  links: uniqueTexts,
  logging: struct({ keys: { driver: text, options: mapOf(setPlainText, { absent: '' }) } }),
  mem_limit: bytes,
  mem_reservation: wholeBytes,
  memswap_limit: bytes,
  mem_swappiness: wholeBytes,
  mac_address: text,
  network_mode: text,
  networks: orList(mapOf(attachment, { names, absent: null }), uniqueTexts),
  oom_kill_disable: flag,
  oom_score_adj: within(whole, -1000, 1000),
  pid: text,
  pids_limit: cutWhole,
  platform: text,
  ports,
  privileged: flag,
  pull_policy: oneOf('always', 'never', 'if_not_present', 'build', 'missing'),
  read_only: flag,
  restart: text,
  runtime: text,
  scale: setWhole,
  secrets: fileMounts,
  security_opt: uniqueTexts,
  shm_size: bytes,
  stdin_open: flag,
  stop_grace_period: setPeriod,
  stop_signal: text,
  storage_opt: mapOf(setWholeText, { absent: '' }),
  sysctls: pairs(''),
  tmpfs: orText(uniqueTexts),
  tty: flag,
  ulimits,
  user: text,
  userns_mode: text,
  uts: text,
  volumes,
  volumes_from: uniqueTexts,
  working_dir: text,
  post_start: listOf(hook),
  pre_stop: listOf(hook),
}
export const service = struct({ keys: serviceKeys })
