import { paths } from '../../../paths.ts'
import { Tabs } from '../../../ui/page/tabs.tsx'

/** What was said, and what is kept of whom. */
export function LogTabs({ current }: { current: 'search' | 'live' | 'patterns' | 'marks' | 'kept' }) {
  return (
    <Tabs
      label="Logs"
      current={current}
      tabs={[
        { key: 'search', label: 'Search', href: paths.logs() },
        { key: 'live', label: 'Live', href: paths.liveLogs() },
        { key: 'patterns', label: 'Patterns', href: paths.logPatterns() },
        { key: 'marks', label: 'Marked', href: paths.logMarks() },
        { key: 'kept', label: 'Kept logs', href: paths.keptLogs() },
      ]}
    />
  )
}
