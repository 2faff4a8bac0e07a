import { attachmentKeys, type KeyTable, serviceKeys } from '../keys.ts'

/** What becomes of each key on a Swarm: what it cannot do is told with what to write in its place. */
const inDeploy = (key: string): string => `write deploy.${key}`
const ofEngine = 'a Swarm is not asked for it'
const joined = 'tasks have spaces of their own'

const notApplied: Readonly<Record<string, string>> = {
  annotations: ofEngine,
  attach: 'nothing is attached to',
  blkio_config: ofEngine,
  cgroup: joined,
  cgroup_parent: ofEngine,
  container_name: 'a Swarm names the containers of its tasks, and may have several',
  cpu_count: 'it is for Windows',
  cpu_percent: 'it is for Windows',
  cpu_period: inDeploy('resources.limits.cpus'),
  cpu_quota: inDeploy('resources.limits.cpus'),
  cpu_rt_period: ofEngine,
  cpu_rt_runtime: ofEngine,
  cpu_shares: inDeploy('resources.reservations.cpus'),
  cpuset: ofEngine,
  credential_spec: 'it is for Windows',
  develop: 'files are not watched',
  device_cgroup_rules: ofEngine,
  devices: 'a task may come to any node; give it a generic resource with deploy.resources.reservations',
  domainname: ofEngine,
  expose: 'services of one network reach all ports of each other',
  external_links: 'join the network of the other service with networks',
  gpus: 'write deploy.resources.reservations.generic_resources',
  ipc: joined,
  isolation: 'it is for Windows',
  links: 'services reach each other by name, and further names go into networks.<name>.aliases',
  mac_address: ofEngine,
  mem_swappiness: ofEngine,
  memswap_limit: ofEngine,
  network_mode: 'for the network of the node join the external network called host',
  oom_kill_disable: ofEngine,
  oom_score_adj: ofEngine,
  pid: joined,
  platform: 'write deploy.placement.constraints: node.platform.arch == …',
  post_start: ofEngine,
  pre_stop: ofEngine,
  privileged: 'tasks never run privileged; cap_add gives single capabilities',
  runtime: ofEngine,
  security_opt: ofEngine,
  shm_size: 'mount a tmpfs on /dev/shm',
  storage_opt: ofEngine,
  tmpfs: 'write it in volumes, with type: tmpfs',
  userns_mode: joined,
  uts: joined,
  volumes_from: 'name the volumes with volumes',
}

export const swarmServiceKeys: KeyTable = {
  taken: serviceKeys.taken.filter((key) => !Object.hasOwn(notApplied, key)),
  notApplied,
}

const onlyFor: Readonly<Record<string, string>> = {
  gw_priority: ofEngine,
  ipv4_address: 'a Swarm gives each task an address of its own',
  ipv6_address: 'a Swarm gives each task an address of its own',
  link_local_ips: ofEngine,
  mac_address: ofEngine,
  priority: ofEngine,
}
export const swarmAttachmentKeys: KeyTable = {
  taken: attachmentKeys.taken.filter((key) => !Object.hasOwn(onlyFor, key)),
  notApplied: onlyFor,
}

/** Of secrets and configs at the top. */
export const objectKeys: KeyTable = {
  taken: ['content', 'environment', 'external', 'file', 'labels', 'name', 'template_driver'],
  notApplied: {},
}
