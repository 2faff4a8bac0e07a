type Facts = Readonly<Record<string, unknown>>

const text = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : null
const yes = (value: unknown): string | null => (typeof value === 'boolean' ? (value ? 'yes' : 'no') : null)
const names = (value: unknown): string | null =>
  Array.isArray(value) && value.length > 0 ? value.map(String).join(', ') : null

/** What of an engine's own words a person looks for, by what it is; the rest stays in the whole text below. */
export function engineFacts(version: Facts, info: Facts): readonly (readonly [string, string | null])[] {
  const plugins = (info.Plugins ?? {}) as Facts
  const swarm = (info.Swarm ?? {}) as Facts
  const runtimes = Object.keys(info.Runtimes ?? {}).filter((name) => !name.startsWith('io.'))
  return [
    ['Version', text(version.Version)],
    ['API version', [text(version.ApiVersion), text(version.MinAPIVersion)].filter(Boolean).join(', oldest ') || null],
    ['System', text(info.OperatingSystem)],
    ['Kernel', text(info.KernelVersion)],
    ['Storage', text(info.Driver)],
    ['Folder', text(info.DockerRootDir)],
    ['Logging', text(info.LoggingDriver)],
    ['Cgroups', [text(info.CgroupDriver), text(info.CgroupVersion)].filter(Boolean).join(', version ') || null],
    ['Runtimes', runtimes.length > 0 ? runtimes.join(', ') : null],
    ['Default runtime', text(info.DefaultRuntime)],
    ['Security', names(info.SecurityOptions)],
    ['Live restore', yes(info.LiveRestoreEnabled)],
    ['Volume plugins', names(plugins.Volume)],
    ['Network plugins', names(plugins.Network)],
    ['Log plugins', names(plugins.Log)],
    ['Swarm', text(swarm.LocalNodeState)],
    ['Images', text(info.Images)],
    ['Proxy', text(info.HttpsProxy) ?? text(info.HttpProxy)],
  ].filter((row): row is [string, string] => row[1] !== null && row[1] !== undefined)
}
