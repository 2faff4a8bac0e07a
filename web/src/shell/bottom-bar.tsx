import { Box, Clock, Layers, LayoutDashboard, Menu as MenuIcon } from 'lucide-react'
import { paths } from '../paths.ts'
import { Go } from '../ui/control/link.tsx'
import { useIsCurrent } from './sidebar.tsx'

const entries = [
  { label: 'Overview', href: paths.overview(), icon: LayoutDashboard },
  { label: 'Services', href: paths.services(), icon: Box },
  { label: 'Timeline', href: paths.timeline(), icon: Clock },
  { label: 'Stacks', href: paths.stacks(), icon: Layers },
]

/** The phone's way around. */
export function BottomBar({ onMore }: { onMore: () => void }) {
  const isCurrent = useIsCurrent()
  return (
    <nav className="bottom-nav" aria-label="Main">
      {entries.map((entry) => (
        <Go key={entry.href} href={entry.href} aria-current={isCurrent(entry.href) ? 'page' : undefined}>
          <entry.icon className="icon" aria-hidden />
          {entry.label}
        </Go>
      ))}
      <button type="button" onClick={onMore}>
        <MenuIcon className="icon" aria-hidden />
        More
      </button>
    </nav>
  )
}
