import type { ReactNode } from 'react'
import { Go } from '../control/link.tsx'

export interface Tab {
  readonly key: string
  readonly label: string
  readonly href: string
  readonly mark?: ReactNode
  readonly count?: number | undefined
}

export function Tabs({ label, tabs, current }: { label: string; tabs: readonly Tab[]; current: string }) {
  return (
    <nav className="tabs" aria-label={label}>
      {tabs.map((tab) => (
        <Go key={tab.key} href={tab.href} aria-current={tab.key === current ? 'page' : undefined}>
          {tab.mark}
          {tab.label}
          {tab.count !== undefined && <span className="text-ink-3 font-normal">{tab.count}</span>}
        </Go>
      ))}
    </nav>
  )
}
