import type { Client } from '@wheelhouse/client'
import type {
  Backup,
  Certificate,
  ConfigSet,
  Deployment,
  Image,
  Job,
  Network,
  Node,
  Release,
  Service,
  Stack,
  Swarm,
  Target,
  Trigger,
  User,
  Volume,
} from '@wheelhouse/contract'
import { jobText, stackText, targetText, userText } from '../presentation/detail.ts'
import type { Look } from '../presentation/look.ts'
import { serviceText } from '../presentation/service-detail.ts'

type Describe<T> = (client: Client, row: T, look: Look) => Promise<string>

/** What else belongs on the page is left out when this caller may not see it or the target is gone. */
const orNull = async <T>(answer: Promise<T>): Promise<T | null> => answer.catch(() => null)

const service: Describe<Service> = async (client, row, look) => {
  const [health, events] = await Promise.all([
    orNull(client.health.list({ id: row.id })),
    orNull(client.timeline.list({ service: row.id, limit: 8 })),
  ])
  return serviceText(row, health?.checks ?? [], events?.items ?? [], look)
}
const target: Describe<Target> = async (client, row, look) => {
  const events = await orNull(client.timeline.list({ target: row.id, limit: 8 }))
  return targetText(row, events?.items ?? [], look)
}
const stack: Describe<Stack> = async (client, row, look) => {
  const full = await orNull(client.stacks.get({ id: row.id }))
  return stackText(row, full?.directory ?? null, look)
}

export const describers: Record<string, Describe<never>> = {
  deployments: async (client, row: Deployment, look) =>
    (await import('../presentation/delivery/deployments.ts')).deploymentText(
      await client.deployments.get({ id: row.id }),
      look,
    ),
  releases: async (_, row: Release, look) =>
    (await import('../presentation/delivery/releases.ts')).releaseText(row, look),
  backups: async (_, row: Backup, look) => (await import('../presentation/delivery/backups.ts')).backupText(row, look),
  configs: async (_, row: ConfigSet, look) =>
    (await import('../presentation/delivery/configs.ts')).configText(row, look),
  certificates: async (_, row: Certificate, look) =>
    (await import('../presentation/delivery/certificates.ts')).certificateText(row, look),
  triggers: async (_, row: Trigger, look) =>
    (await import('../presentation/delivery/automation.ts')).triggerText(row, look),
  images: async (client, row: Image, look) =>
    (await import('../presentation/images.ts')).imageText(
      await client.images.get({ target: row.targetId, image: row.imageId }),
      look,
    ),
  volumes: async (_, row: Volume, look) => (await import('../presentation/engine/volumes.ts')).volumeText(row, look),
  networks: async (_, row: Network, look) =>
    (await import('../presentation/engine/networks.ts')).networkText(row, look),
  swarms: async (_, row: Swarm, look) => (await import('../presentation/engine/swarm.ts')).swarmText(row, look),
  nodes: async (client, row: Node, look) => {
    const tasks = await orNull(client.tasks.list({ swarm: row.swarmId, node: row.nodeId, limit: 100 }))
    return (await import('../presentation/engine/swarm.ts')).nodeText(row, tasks?.items ?? [], look)
  },
  services: service,
  targets: target,
  stacks: stack,
  users: (_, row: User, look) => Promise.resolve(userText(row, look)),
  jobs: (_, row: Job, look) => Promise.resolve(jobText(row, look)),
}
