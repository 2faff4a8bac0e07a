import { useParams } from '@tanstack/react-router'
import { type DiagnosticsTab, diagnosticsTabs, paths } from '../../../paths.ts'
import { PageHead } from '../../../ui/page/head.tsx'
import { Tabs } from '../../../ui/page/tabs.tsx'
import { ComponentList } from './component-list.tsx'
import { Maintenance } from './maintenance.tsx'
import { OwnResources } from './own-resources.tsx'
import { Reports } from './reports.tsx'
import { Troubleshoot } from './troubleshoot.tsx'

const labels: Record<DiagnosticsTab, string> = {
  components: 'Components',
  resources: 'Resources',
  troubleshoot: 'Troubleshoot',
  maintenance: 'Maintenance',
  reports: 'Reports',
}

/** How the house itself is doing, and what keeps it in order. */
export function Diagnostics() {
  const { tab } = useParams({ strict: false }) as { tab?: string }
  const current = diagnosticsTabs.find((each) => each === tab) ?? 'components'
  return (
    <>
      <PageHead title="Diagnostics" tab={`${labels[current]} · Diagnostics`} meta="how Wheelhouse itself is doing" />
      <Tabs
        label="Diagnostics"
        current={current}
        tabs={diagnosticsTabs.map((each) => ({ key: each, label: labels[each], href: paths.diagnostics(each) }))}
      />
      <div className="page">
        {current === 'components' && <ComponentList />}
        {current === 'resources' && <OwnResources />}
        {current === 'troubleshoot' && <Troubleshoot />}
        {current === 'maintenance' && <Maintenance />}
        {current === 'reports' && <Reports />}
      </div>
    </>
  )
}
