import { type ReactNode, useEffect, useRef } from 'react'
import { Go } from '../control/link.tsx'

export interface Tab {
  readonly key: string
  readonly label: string
  readonly href: string
  readonly mark?: ReactNode
  readonly count?: number | undefined
}

export function Tabs({ label, tabs, current }: { label: string; tabs: readonly Tab[]; current: string }) {
  const box = useRef<HTMLElement>(null)
  useEffect(() => {
    const here = box.current?.querySelector<HTMLElement>('[aria-current]')
    if (here && box.current)
      box.current.scrollLeft = here.offsetLeft - box.current.clientWidth / 2 + here.clientWidth / 2
  }, [current])
  return (
    <nav ref={box} className="tabs relative" aria-label={label}>
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
