import type { SwarmNode } from '@wheelhouse/driver'

const at = (): string => new Date().toISOString()

/** A node of two CPUs and four gigabytes. */
export function standInNode(
  name: string,
  more: Partial<SwarmNode> = {},
  labels: Record<string, string> = {},
): SwarmNode {
  return {
    ID: `node-${name}`,
    CreatedAt: at(),
    UpdatedAt: at(),
    Spec: { Role: name === 'n1' ? 'manager' : 'worker', Availability: 'active', Labels: labels },
    Description: {
      Hostname: name,
      Platform: { Architecture: 'x86_64', OS: 'linux' },
      Resources: { NanoCPUs: 2e9, MemoryBytes: 4 * 1024 ** 3 },
      Engine: {
        EngineVersion: '26.1.5',
        Plugins: [
          { Type: 'Volume', Name: 'local' },
          { Type: 'Log', Name: 'json-file' },
        ],
      },
    },
    Status: { State: 'ready', Addr: `10.0.0.${name.slice(1)}` },
    ManagerStatus: name === 'n1' ? { Leader: true, Reachability: 'reachable', Addr: '10.0.0.1:2377' } : null,
    ...more,
  }
}
