/** What becomes of each key of the Compose Specification: `notApplied` are read and checked, and a plan says that they have no effect. */
interface KeyTable {
  readonly taken: readonly string[]
  readonly notApplied: Readonly<Record<string, string>>
}

const ofEngine = 'the engine is not asked for it'
const ofSwarm = 'it is for a Swarm'
const mounted = 'only what comes from a file can be mounted'

export const topKeys: KeyTable = {
  taken: ['configs', 'include', 'name', 'networks', 'secrets', 'services', 'version', 'volumes'],
  notApplied: {},
}

export const serviceKeys: KeyTable = {
  taken: [
    'build',
    'cap_add',
    'cap_drop',
    'cgroup_parent',
    'command',
    'configs',
    'container_name',
    'cpus',
    'depends_on',
    'deploy',
    'devices',
    'dns',
    'entrypoint',
    'env_file',
    'environment',
    'extends',
    'extra_hosts',
    'healthcheck',
    'hostname',
    'image',
    'init',
    'ipc',
    'label_file',
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
    'secrets',
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
  notApplied: {
    annotations: ofEngine,
    attach: 'nothing is attached to',
    blkio_config: ofEngine,
    cgroup: ofEngine,
    cpu_count: 'it is for Windows',
    cpu_percent: 'it is for Windows',
    cpu_period: 'use cpus',
    cpu_quota: 'use cpus',
    cpu_rt_period: ofEngine,
    cpu_rt_runtime: ofEngine,
    cpu_shares: ofEngine,
    cpuset: ofEngine,
    credential_spec: 'it is for Windows',
    develop: 'files are not watched',
    device_cgroup_rules: ofEngine,
    dns_opt: ofEngine,
    dns_search: ofEngine,
    domainname: ofEngine,
    expose: 'services of one network reach each other on every port',
    external_links: 'join the network of the other service with networks',
    gpus: ofEngine,
    group_add: ofEngine,
    isolation: 'it is for Windows',
    links: 'services reach each other by name, and further names go into networks.<name>.aliases',
    logging: 'the logging driver of the engine is used',
    mac_address: ofEngine,
    mem_reservation: ofEngine,
    mem_swappiness: ofEngine,
    memswap_limit: ofEngine,
    oom_kill_disable: ofEngine,
    oom_score_adj: ofEngine,
    platform: 'the image for the platform of the engine is used',
    post_start: ofEngine,
    pre_stop: ofEngine,
    runtime: ofEngine,
    storage_opt: ofEngine,
    uts: ofEngine,
    volumes_from: 'name a volume and use it in both services',
  },
}

export const deployKeys: KeyTable = {
  taken: ['mode', 'replicas', 'resources', 'restart_policy'],
  notApplied: {
    endpoint_mode: ofSwarm,
    labels: ofSwarm,
    placement: ofSwarm,
    rollback_config: ofSwarm,
    update_config: ofSwarm,
  },
}

export const networkKeys: KeyTable = {
  taken: ['attachable', 'driver', 'driver_opts', 'enable_ipv6', 'external', 'internal', 'ipam', 'labels', 'name'],
  notApplied: { enable_ipv4: ofEngine },
}

export const volumeKeys: KeyTable = {
  taken: ['driver', 'driver_opts', 'external', 'labels', 'name'],
  notApplied: {},
}

/** Of secrets and configs at the top. */
export const fileKeys: KeyTable = {
  taken: ['external', 'file', 'name'],
  notApplied: {
    content: mounted,
    driver: ofSwarm,
    driver_opts: ofSwarm,
    environment: mounted,
    labels: ofSwarm,
    template_driver: ofSwarm,
  },
}

export const attachmentKeys: KeyTable = {
  taken: ['aliases', 'ipv4_address'],
  notApplied: {
    driver_opts: ofEngine,
    gw_priority: ofEngine,
    ipv6_address: ofEngine,
    link_local_ips: ofEngine,
    mac_address: ofEngine,
    priority: ofEngine,
  },
}
export type { KeyTable }
