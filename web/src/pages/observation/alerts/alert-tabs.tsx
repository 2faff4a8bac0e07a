import { paths } from '../../../paths.ts'
import { Tabs } from '../../../ui/page/tabs.tsx'

/** What is wrong, what is watched for, and what is kept silent. */
export function AlertTabs({ current }: { current: 'alerts' | 'rules' | 'silences' }) {
  return (
    <Tabs
      label="Alerts"
      current={current}
      tabs={[
        { key: 'alerts', label: 'Alerts', href: paths.alerts() },
        { key: 'rules', label: 'Rules', href: paths.alertRules() },
        { key: 'silences', label: 'Silences', href: paths.silences() },
      ]}
    />
  )
}
