/** What becomes of each key of the Compose Specification. A text says why it is not taken: `warned` go on without it, `refused` do not. */
interface KeyTable {
  readonly taken: readonly string[]
  readonly warned: Readonly<Record<string, string>>
  readonly refused: Readonly<Record<string, string>>
}

const notYet = 'is not supported yet, and the service would differ without it'
const hint = 'has no effect here'

export const topKeys: KeyTable = {
  taken: ['name', 'services', 'networks', 'volumes'],
  warned: { version: 'has no effect: the Compose Specification is always read as its newest form' },
  refused: {
    include: 'is not supported: one file describes a stack. Put the services into this file',
    configs: 'is not supported yet. Mount a file, or use environment',
    secrets: 'is not supported yet. Use environment with variables',
    models: notYet,
  },
}

export const serviceKeys: KeyTable = {
  taken: [
    'build',
    'cap_add',
    'cap_drop',
    'cgroup_parent',
    'command',
    'container_name',
    'cpus',
    'depends_on',
    'deploy',
    'devices',
    'dns',
    'entrypoint',
    'env_file',
    'environment',
    'extra_hosts',
    'healthcheck',
    'hostname',
    'image',
    'init',
    'ipc',
    'labels',
    'mem_limit',
    'network_mode',
    'networks',
    'pid',
    'pids_limit',
    'ports',
    'privileged',
    'profiles',
    'pull_policy',
    'read_only',
    'restart',
    'scale',
    'security_opt',
    'shm_size',
    'stdin_open',
    'stop_grace_period',
    'stop_signal',
    'sysctls',
    'tmpfs',
    'tty',
    'ulimits',
    'user',
    'userns_mode',
    'volumes',
    'working_dir',
  ],
  warned: {
    annotations: hint,
    attach: hint,
    blkio_config: hint,
    cpu_count: hint,
    cpu_percent: hint,
    cpu_period: `${hint}; use cpus`,
    cpu_quota: `${hint}; use cpus`,
    cpu_rt_period: hint,
    cpu_rt_runtime: hint,
    cpu_shares: hint,
    develop: hint,
    expose: 'has no effect: services of one network reach each other on every port',
    logging: 'has no effect: the logging driver of the engine is used',
    mem_reservation: hint,
    mem_swappiness: hint,
    memswap_limit: hint,
    oom_score_adj: hint,
    platform: 'has no effect: the image for the platform of the engine is used',
    storage_opt: hint,
  },
  refused: {
    cgroup: notYet,
    configs: 'is not supported yet. Mount a file, or use environment',
    cpuset: notYet,
    credential_spec: notYet,
    device_cgroup_rules: notYet,
    dns_opt: notYet,
    dns_search: notYet,
    domainname: notYet,
    extends: 'is not supported. Use an anchor and a merge key: <<: *name',
    external_links: 'is not supported. Join the network of the other service with networks',
    gpus: notYet,
    group_add: notYet,
    isolation: notYet,
    label_file: 'is not supported. Use labels',
    links: 'is not supported. Services reach each other by name; further names go into networks.<name>.aliases',
    mac_address: notYet,
    models: notYet,
    oom_kill_disable: notYet,
    post_start: notYet,
    pre_stop: notYet,
    provider: notYet,
    runtime: notYet,
    secrets: 'is not supported yet. Use environment with variables',
    use_api_socket: notYet,
    uts: notYet,
    volumes_from: 'is not supported. Name a volume and use it in both services',
  },
}

export const deployKeys: KeyTable = {
  taken: ['mode', 'replicas', 'resources', 'restart_policy'],
  warned: {
    endpoint_mode: hint,
    labels: hint,
    placement: hint,
    rollback_config: hint,
    update_config: hint,
  },
  refused: {},
}

export const networkKeys: KeyTable = {
  taken: ['attachable', 'driver', 'driver_opts', 'enable_ipv6', 'external', 'internal', 'ipam', 'labels', 'name'],
  warned: { enable_ipv4: hint },
  refused: {},
}

export const volumeKeys: KeyTable = {
  taken: ['driver', 'driver_opts', 'external', 'labels', 'name'],
  warned: {},
  refused: {},
}

export const attachmentKeys: KeyTable = {
  taken: ['aliases', 'ipv4_address'],
  warned: { gw_priority: hint, priority: hint, interface_name: hint },
  refused: { driver_opts: notYet, ipv6_address: notYet, link_local_ips: notYet, mac_address: notYet },
}
export type { KeyTable }
