import { Box, Clock, LayoutDashboard, Menu as MenuIcon, Upload } from 'lucide-react'
import { paths } from '../paths.ts'
import { Go } from '../ui/control/link.tsx'
import { useIsCurrent } from './sidebar.tsx'

const entries = [
  { label: 'Overview', href: paths.overview(), icon: LayoutDashboard },
  { label: 'Services', href: paths.services(), icon: Box },
  { label: 'Timeline', href: paths.timeline(), icon: Clock },
  { label: 'Deployments', href: paths.deployments(), icon: Upload },
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
