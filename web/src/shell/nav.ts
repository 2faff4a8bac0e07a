import type { Permission } from '@wheelhouse/contract'
import {
  Activity,
  Archive,
  AlarmClock,
  BellRing,
  Box,
  Boxes,
  ChartLine,
  Clock,
  Disc3,
  HardDrive,
  HeartPulse,
  KeyRound,
  Layers,
  LayoutDashboard,
  LayoutGrid,
  Library,
  ListChecks,
  type LucideIcon,
  MonitorSmartphone,
  Network,
  Scale,
  ScrollText,
  Server,
  Settings2,
  Stethoscope,
  Siren,
  SlidersHorizontal,
  ShieldCheck,
  TextSearch,
  TriangleAlert,
  Upload,
  User,
  Users,
} from 'lucide-react'
import { paths } from '../paths.ts'

export interface NavEntry {
  readonly label: string
  readonly href: string
  readonly icon: LucideIcon
  /** After `g`. */
  readonly key?: string
  readonly permission?: Permission
}
export interface NavGroup {
  readonly label: string | null
  readonly entries: readonly NavEntry[]
}

export const navigation: readonly NavGroup[] = [
  {
    label: null,
    entries: [
      { label: 'Overview', href: paths.overview(), icon: LayoutDashboard, key: 'o' },
      { label: 'Dashboards', href: paths.dashboards(), icon: LayoutGrid, key: 'y' },
    ],
  },
  {
    label: 'Workloads',
    entries: [
      { label: 'Services', href: paths.services(), icon: Box, key: 's', permission: 'services.read' },
      { label: 'Stacks', href: paths.stacks(), icon: Layers, key: 'k', permission: 'stacks.read' },
      { label: 'Deployments', href: paths.deployments(), icon: Upload, key: 'd', permission: 'deployments.read' },
      { label: 'Images', href: paths.images(), icon: Disc3, key: 'm', permission: 'images.read' },
      { label: 'Volumes', href: paths.volumes(), icon: HardDrive, key: 'v', permission: 'volumes.read' },
      { label: 'Networks', href: paths.networks(), icon: Network, key: 'n', permission: 'networks.read' },
      { label: 'Backups', href: paths.backups(), icon: Archive, key: 'b', permission: 'backups.read' },
      { label: 'Triggers', href: paths.triggers(), icon: AlarmClock, permission: 'deployments.read' },
    ],
  },
  {
    label: 'Observe',
    entries: [
      { label: 'Alerts', href: paths.alerts(), icon: Siren, key: 'r', permission: 'alerts.read' },
      { label: 'Logs', href: paths.logs(), icon: TextSearch, key: 'l', permission: 'logs.read' },
      { label: 'Metrics', href: paths.metrics(), icon: ChartLine, key: 'e', permission: 'metrics.read' },
      { label: 'Health', href: paths.health(), icon: HeartPulse, key: 'h', permission: 'health.read' },
      { label: 'Timeline', href: paths.timeline(), icon: Clock, key: 'i', permission: 'timeline.read' },
      { label: 'Crashes', href: paths.crashes(), icon: TriangleAlert, key: 'x', permission: 'logs.read' },
      { label: 'Jobs', href: paths.jobs(), icon: ListChecks, key: 'j', permission: 'jobs.read' },
      { label: 'Notifications', href: paths.notifications(), icon: BellRing, permission: 'jobs.read' },
      { label: 'Audit', href: paths.audit(), icon: ScrollText, key: 'a', permission: 'audit.read' },
    ],
  },
  {
    label: 'Inventory',
    entries: [
      { label: 'Targets', href: paths.targets(), icon: Server, key: 't', permission: 'targets.read' },
      { label: 'Swarms', href: paths.swarms(), icon: Boxes, key: 'w', permission: 'swarm.read' },
      { label: 'Policy', href: paths.policies(), icon: Scale, permission: 'targets.read' },
      { label: 'Registries', href: paths.registries(), icon: Library, permission: 'registries.read' },
      { label: 'Configs', href: paths.configs(), icon: SlidersHorizontal, key: 'c', permission: 'configs.read' },
      { label: 'Certificates', href: paths.certificates(), icon: ShieldCheck, permission: 'certificates.read' },
    ],
  },
  {
    label: 'People',
    entries: [
      { label: 'Users', href: paths.users(), icon: Users, key: 'u', permission: 'users.manage' },
      { label: 'API tokens', href: paths.tokens(), icon: KeyRound },
      { label: 'Sessions', href: paths.sessions(), icon: MonitorSmartphone },
    ],
  },
]
export const footEntries: readonly NavEntry[] = [
  { label: 'Profile', href: paths.profile(), icon: User, key: 'p' },
  { label: 'Diagnostics', href: paths.diagnostics(), icon: Stethoscope, permission: 'settings.read' },
  { label: 'Settings', href: paths.settings(), icon: Settings2, permission: 'settings.read' },
]
export const jobsIcon = Activity
