import type {
  Backup,
  Certificate,
  ConfigSet,
  Deployment,
  NotificationChannel,
  Release,
  Trigger,
} from '@wheelhouse/contract'
import type { Noun } from './noun.ts'
import { notificationColumns, triggerColumns } from '../presentation/delivery/automation.ts'
import { backupColumns } from '../presentation/delivery/backups.ts'
import { certificateColumns } from '../presentation/delivery/certificates.ts'
import { configColumns } from '../presentation/delivery/configs.ts'
import { deploymentColumns } from '../presentation/delivery/deployments.ts'
import { releaseColumns } from '../presentation/delivery/releases.ts'
import {
  findBackup,
  findCertificate,
  findConfig,
  findDeployment,
  findNotification,
  findRelease,
  findTrigger,
} from '../delivery/names.ts'

const noun = <T>(n: Noun<T>): Noun<unknown> => n

export const deliveryNouns: readonly Noun<unknown>[] = [
  noun<Deployment>({
    name: 'deployments',
    aliases: ['deployment', 'runs', 'run'],
    filters: ['query', 'state', 'stack', 'environment', 'limit'],
    columns: deploymentColumns,
    history: true,
    empty: 'No deployments yet. Start one with wh deploy.',
    list: (client, query) => client.deployments.list(query),
    one: findDeployment,
    key: (d) => d.id,
    id: (d) => d.id,
  }),
  noun<Release>({
    name: 'releases',
    aliases: ['release'],
    filters: ['query', 'stack', 'environment', 'limit'],
    columns: releaseColumns,
    history: true,
    empty: 'No releases yet. wh deploy makes them.',
    list: (client, query) => client.releases.list(query),
    one: findRelease,
    key: (r) => r.id,
    id: (r) => r.id,
  }),
  noun<Backup>({
    name: 'backups',
    aliases: ['backup'],
    filters: ['query', 'stack', 'environment', 'limit'],
    columns: backupColumns,
    history: true,
    empty: 'No backups yet. Make one with wh backup create.',
    list: (client, query) => client.backups.list(query),
    one: findBackup,
    key: (b) => b.id,
    id: (b) => b.id,
  }),
  noun<ConfigSet>({
    name: 'configs',
    aliases: ['config'],
    filters: ['query', 'limit'],
    columns: configColumns,
    empty: 'No config sets yet. Make one with wh config create --name shop-production.',
    list: (client, query) => client.configs.list(query),
    one: findConfig,
    key: (c) => c.name,
    id: (c) => c.id,
  }),
  noun<Certificate>({
    name: 'certificates',
    aliases: ['certificate', 'certs', 'cert'],
    filters: ['query', 'limit'],
    columns: certificateColumns,
    empty: 'No certificates yet. Make one with wh cert generate --domains app.test.',
    list: (client, query) => client.certificates.list(query),
    one: findCertificate,
    key: (c) => c.name,
    id: (c) => c.id,
  }),
  noun<Trigger>({
    name: 'triggers',
    aliases: ['trigger', 'schedules', 'webhooks'],
    filters: ['query', 'kind', 'limit'],
    columns: triggerColumns,
    empty: 'No schedules or webhooks yet. wh triggers create makes one.',
    list: (client, query) => client.triggers.list(query),
    one: findTrigger,
    key: (t) => t.name,
    id: (t) => t.id,
  }),
  noun<NotificationChannel>({
    name: 'notifications',
    aliases: ['notification'],
    filters: ['query', 'limit'],
    columns: notificationColumns,
    empty: 'Messages go nowhere yet. wh notifications create sends them somewhere.',
    list: (client, query) => client.notifications.list(query),
    one: findNotification,
    key: (n) => n.name,
    id: (n) => n.id,
  }),
]
