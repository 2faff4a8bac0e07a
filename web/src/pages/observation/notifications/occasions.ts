import type { NotificationChannel } from '@wheelhouse/contract'

type Occasion = NotificationChannel['on'][number]

/** What people can be told of, in the order of how much it matters. */
export const occasionWords: Readonly<Record<Occasion, string>> = {
  'deployment.failed': 'A deployment failed',
  'deployment.rolled-back': 'A release was rolled back',
  'deployment.waiting': 'A deployment waits for approval',
  'deployment.succeeded': 'A deployment succeeded',
  'backup.failed': 'A backup failed',
  'backup.missed': 'A backup did not happen',
  'certificate.expiring': 'A certificate ends soon',
  'alert.fired': 'An alert fires',
  'alert.escalated': 'Nobody is at an alert',
  'alert.cleared': 'An alert is over',
}
/** The same in a list. */
export const occasionShort: Readonly<Record<Occasion, string>> = {
  'deployment.failed': 'failures',
  'deployment.rolled-back': 'rollbacks',
  'deployment.waiting': 'approvals',
  'deployment.succeeded': 'successes',
  'backup.failed': 'failed backups',
  'backup.missed': 'missed backups',
  'certificate.expiring': 'certificates',
  'alert.fired': 'alerts',
  'alert.escalated': 'escalations',
  'alert.cleared': 'ends of alerts',
}
export const occasions = Object.keys(occasionWords) as Occasion[]
export const usualOccasions: readonly Occasion[] = [
  'deployment.failed',
  'deployment.rolled-back',
  'backup.failed',
  'backup.missed',
  'alert.fired',
  'alert.escalated',
  'alert.cleared',
]
export const kindWords: Readonly<Record<NotificationChannel['kind'], string>> = {
  slack: 'Slack',
  discord: 'Discord',
  email: 'E-mail',
  webhook: 'Webhook',
}
