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
    'blkio_config',
    'build',
    'cap_add',
    'cap_drop',
    'cgroup',
    'cgroup_parent',
    'command',
    'configs',
    'container_name',
    'cpu_period',
    'cpu_quota',
    'cpu_rt_period',
    'cpu_rt_runtime',
    'cpu_shares',
    'cpus',
    'cpuset',
    'depends_on',
    'deploy',
    'device_cgroup_rules',
    'devices',
    'dns',
    'dns_opt',
    'dns_search',
    'domainname',
    'entrypoint',
    'env_file',
    'environment',
    'expose',
    'extends',
    'extra_hosts',
    'gpus',
    'group_add',
    'healthcheck',
    'hostname',
    'image',
    'init',
    'ipc',
    'label_file',
    'labels',
    'logging',
    'mem_limit',
    'mem_reservation',
    'mem_swappiness',
    'memswap_limit',
    'network_mode',
    'networks',
    'oom_kill_disable',
    'oom_score_adj',
    'pid',
    'pids_limit',
    'platform',
    'ports',
    'privileged',
    'profiles',
    'pull_policy',
    'read_only',
    'restart',
    'runtime',
    'scale',
    'secrets',
    'security_opt',
    'shm_size',
    'stdin_open',
    'stop_grace_period',
    'stop_signal',
    'storage_opt',
    'sysctls',
    'tmpfs',
    'tty',
    'ulimits',
    'user',
    'userns_mode',
    'uts',
    'volumes',
    'volumes_from',
    'working_dir',
  ],
  notApplied: {
    annotations: ofEngine,
    attach: 'nothing is attached to',
    cpu_count: 'it is for Windows',
    cpu_percent: 'it is for Windows',
    credential_spec: 'it is for Windows',
    develop: 'files are not watched',
    external_links: 'join the network of the other service with networks',
    isolation: 'it is for Windows',
    links: 'services reach each other by name, and further names go into networks.<name>.aliases',
    mac_address: 'give it to the network, with networks.<name>.mac_address',
    post_start: ofEngine,
    pre_stop: ofEngine,
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
  taken: ['aliases', 'driver_opts', 'ipv4_address', 'ipv6_address', 'link_local_ips', 'mac_address'],
  notApplied: {
    gw_priority: ofEngine,
    priority: ofEngine,
  },
}
export type { KeyTable }
