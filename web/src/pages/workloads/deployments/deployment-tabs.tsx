import { paths } from '../../../paths.ts'
import { Tabs } from '../../../ui/page/tabs.tsx'

/** What was run, and what is kept of it. */
export function DeploymentTabs({ current }: { current: 'deployments' | 'releases' }) {
  return (
    <Tabs
      label="Deployments and releases"
      current={current}
      tabs={[
        { key: 'deployments', label: 'Deployments', href: paths.deployments() },
        { key: 'releases', label: 'Releases', href: paths.releases() },
      ]}
    />
  )
}
