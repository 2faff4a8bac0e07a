import type { Scalar } from '../tree/node.ts'
import { Rules } from '../tree/rules.ts'

/** Turns text, once variables are in it, into what the key holds. A sentence when it cannot. */
export type Cast = (
  text: string,
) => { readonly value: Scalar['value']; readonly warning?: string } | { readonly error: string }

const truth: Readonly<Record<string, boolean>> = {
  true: true,
  false: false,
  y: true,
  yes: true,
  on: true,
  n: false,
  no: false,
  off: false,
}

export const toFlag: Cast = (text) => {
  const word = text.toLowerCase()
  const value = Object.hasOwn(truth, word) ? truth[word] : undefined
  if (value === undefined) return { error: `"${text}" is neither true nor false. Write true or false.` }
  return word === 'true' || word === 'false'
    ? { value }
    : { value, warning: `"${text}" is read as ${value}. Write ${value}: newer YAML has no other word for it.` }
}
export const toWhole: Cast = (text) =>
  /^[-+]?\d+$/.test(text) ? { value: Number(text) } : { error: `"${text}" is not a whole number.` }
export const toNumber: Cast = (text) =>
  /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(text)
    ? { value: Number(text) }
    : { error: `"${text}" is not a number.` }

const service = (cast: Cast, keys: readonly string[]): [string, Cast][] =>
  keys.map((key) => [`services.*.${key}`, cast])
const top = (cast: Cast, keys: readonly string[]): [string, Cast][] => keys.map((key) => [key, cast])

export const casts = new Rules<Cast>(
  Object.fromEntries([
    ...service(toWhole, [
      'configs.*.mode',
      'cpu_count',
      'cpu_period',
      'cpu_quota',
      'cpu_rt_period',
      'cpu_rt_runtime',
      'cpu_shares',
      'deploy.placement.max_replicas_per_node',
      'deploy.replicas',
      'deploy.restart_policy.max_attempts',
      'deploy.rollback_config.parallelism',
      'deploy.update_config.parallelism',
      'healthcheck.retries',
      'oom_score_adj',
      'pids_limit',
      'ports.*.target',
      'scale',
      'secrets.*.mode',
      'ulimits.*',
      'ulimits.*.hard',
      'ulimits.*.soft',
    ]),
    ...service(toNumber, [
      'cpu_percent',
      'cpus',
      'deploy.rollback_config.max_failure_ratio',
      'deploy.update_config.max_failure_ratio',
    ]),
    ...service(toFlag, [
      'healthcheck.disable',
      'init',
      'oom_kill_disable',
      'privileged',
      'read_only',
      'stdin_open',
      'tty',
      'volumes.*.read_only',
      'volumes.*.volume.nocopy',
    ]),
    ...top(toFlag, [
      'networks.*.external',
      'networks.*.internal',
      'networks.*.attachable',
      'networks.*.enable_ipv4',
      'networks.*.enable_ipv6',
      'volumes.*.external',
      'secrets.*.external',
      'configs.*.external',
    ]),
  ]),
)
