import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { useMay } from '../../../api/may.ts'
import { type ConfigTab, configTabs, paths } from '../../../paths.ts'
import { Unready } from '../../../shell/unready.tsx'
import { Button } from '../../../ui/control/button.tsx'
import { plural } from '../../../ui/format/number.ts'
import { PageHead } from '../../../ui/page/head.tsx'
import { Tabs } from '../../../ui/page/tabs.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { Badge } from '../../../ui/state/badge.tsx'
import { CompareTab } from './compare-tab.tsx'
import { EditorTab } from './text/editor-tab.tsx'
import { EnvironmentMark } from './environment-mark.tsx'
import { HistoryTab } from './history-tab.tsx'
import { RemoveConfig } from './remove-config.tsx'
import { TransferTab } from './text/transfer-tab.tsx'
import type { WholeConfig } from './whole-config.ts'
import { ValuesTab } from './values/values-tab.tsx'

const labels: Record<ConfigTab, string> = {
  values: 'Values',
  editor: 'Editor',
  history: 'History',
  compare: 'Compare',
  transfer: 'Import and export',
}
const pages: Record<ConfigTab, (props: { config: WholeConfig; manages: boolean }) => React.ReactNode> = {
  values: ValuesTab,
  editor: EditorTab,
  history: HistoryTab,
  compare: CompareTab,
  transfer: TransferTab,
}

/** One config set: its values, its text, its past, and how it differs from others. */
export function ConfigPage() {
  const { id = '', tab = 'values' } = useParams({ strict: false })
  const may = useMay()
  const [removing, setRemoving] = useState(false)
  const asked = useQuery({
    queryKey: keys.config(id),
    queryFn: () => client.configs.get({ id }),
    refetchInterval: 15_000,
  })
  const crumbs = [{ label: 'Configs', href: paths.configs() }]
  const config = asked.data
  if (!config)
    return (
      <Unready title="Config" crumbs={crumbs} asked={asked} wayOut={{ label: 'Open configs', href: paths.configs() }} />
    )
  const manages = may('configs.manage')
  const current = configTabs.find((name) => name === tab) ?? 'values'
  const Page = pages[current]
  const errors = config.problems.filter(({ severity }) => severity === 'error').length
  return (
    <>
      <PageHead
        title={config.name}
        crumbs={crumbs}
        badge={errors > 0 ? <Badge state="failed">{plural(errors, 'error')}</Badge> : undefined}
        meta={
          <span className="flex flex-wrap items-center gap-x-3">
            {config.environment !== null && <EnvironmentMark environment={config.environment} />}
            <span>
              version {config.version} by {config.changedBy}, <Age at={config.changedAt} suffix=" ago" />
            </span>
            {config.path !== null && <span className="mono break-all">{config.path}</span>}
          </span>
        }
        actions={
          manages && (
            <Button icon={Trash2} look="danger-quiet" onClick={() => setRemoving(true)}>
              Remove…
            </Button>
          )
        }
      />
      <Tabs
        label="Parts of the config"
        current={current}
        tabs={configTabs.map((name) => ({
          key: name,
          label: labels[name],
          href: paths.config(id, name),
          ...(name === 'values' ? { count: config.keys } : {}),
        }))}
      />
      <div className="page">
        {/* Each config has state of its own: what was typed for one must not be saved to another. */}
        <Page key={`${config.id}-${current}`} config={config} manages={manages} />
      </div>
      {removing && <RemoveConfig config={config} onClose={() => setRemoving(false)} />}
    </>
  )
}
