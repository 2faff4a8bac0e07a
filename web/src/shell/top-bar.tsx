import { CircleHelp, LogOut, Menu as MenuIcon, Search } from 'lucide-react'
import { signOut, useMe } from '../api/session.ts'
import { paths } from '../paths.ts'
import { caps } from '../ui/control/keys.ts'
import { useGo } from '../ui/control/link.tsx'
import { Menu } from '../ui/control/menu.tsx'
import { LiveMark } from './live-mark.tsx'
import { Notices } from './notices.tsx'
import { RunningJobs } from './running-jobs.tsx'
import { TargetSwitch } from './target-switch.tsx'

interface Props {
  readonly onPalette: () => void
  readonly onKeys: () => void
  readonly onMenu: () => void
  readonly switching: boolean
  readonly onSwitching: (open: boolean) => void
}

const initials = (name: string): string => {
  const words = name.split(/[\s._-]+/).filter(Boolean)
  return ((words[0]?.[0] ?? '?') + (words[1]?.[0] ?? words[0]?.[1] ?? '')).toUpperCase()
}

export function TopBar({ onPalette, onKeys, onMenu, switching, onSwitching }: Props) {
  const me = useMe()
  const go = useGo()
  return (
    <header className="top">
      <button type="button" className="tbtn menu-button" aria-label="Menu" onClick={onMenu}>
        <MenuIcon className="icon" aria-hidden />
      </button>
      <TargetSwitch open={switching} onOpen={onSwitching} />
      <button type="button" className="search hide-phone" onClick={onPalette}>
        <Search className="icon-s" aria-hidden />
        <span className="cut grow">Search services, targets, or run a command</span>
        {caps('mod+k').map((cap) => (
          <kbd key={cap} aria-hidden>
            {cap}
          </kbd>
        ))}
      </button>
      <span className="grow" />
      <LiveMark />
      <button type="button" className="tbtn only-phone" aria-label="Search" onClick={onPalette}>
        <Search className="icon mx-auto" aria-hidden />
      </button>
      <RunningJobs />
      <Notices />
      <button type="button" className="tbtn hide-phone" aria-label="Keys and help" onClick={onKeys}>
        <CircleHelp className="icon" aria-hidden />
      </button>
      <Menu
        trigger={
          <button
            type="button"
            className="tbtn"
            aria-label={`${initials(me.displayName || me.username)}, signed in as ${me.username}`}
          >
            <span className="avatar" aria-hidden>
              {initials(me.displayName || me.username)}
            </span>
          </button>
        }
        head={
          <div className="menu-label">
            {me.displayName} · {me.username}, {me.role}
          </div>
        }
        entries={[
          { label: 'Profile and preferences', run: () => go(paths.profile()) },
          { label: 'API tokens', run: () => go(paths.tokens()) },
          { label: 'Sessions', run: () => go(paths.sessions()) },
          null,
          { label: 'Sign out', icon: LogOut, run: () => void signOut() },
        ]}
      />
    </header>
  )
}
