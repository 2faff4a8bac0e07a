import { useRouterState } from '@tanstack/react-router'
import { Check, ChevronDown, Server } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { targets } from '../api/fleet.ts'
import { useRows } from '../api/row-store.ts'
import { paths } from '../paths.ts'
import { useGo } from '../ui/control/link.tsx'
import { useParam, withParams } from '../ui/control/use-url.ts'
import { Glyph } from '../ui/state/glyph.tsx'
import { isScoped } from './scope.ts'
import { kindWords, targetGlyph } from './target-words.ts'

/** One target or all. It writes the URL of the page in hand, or takes you to the services there. */
export function TargetSwitch({ open, onOpen }: { open: boolean; onOpen: (open: boolean) => void }) {
  const rows = useRows(targets)
  const [chosen] = useParam('target')
  const pathname = useRouterState({ select: (state) => state.location.pathname })
  const go = useGo()
  const one = rows.find((target) => target.id === chosen || target.name === chosen)
  const choose = (id: string | null): void => {
    const base = isScoped(pathname) ? pathname : paths.services()
    go(base + withParams(isScoped(pathname) ? window.location.search : '', { target: id }))
  }
  return (
    <DropdownMenu.Root open={open} onOpenChange={onOpen} modal={false}>
      <DropdownMenu.Trigger className="switch">
        {one ? <Glyph state={targetGlyph(one)} label={one.state} /> : <Server className="icon" aria-hidden />}
        <span className="cut">{one?.name ?? 'All targets'}</span>
        <span className="text-ink-3 font-normal hide-phone">{one ? kindWords[one.kind] : rows.length}</span>
        <ChevronDown className="icon-s" aria-hidden />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="start" sideOffset={6} collisionPadding={8}>
          <DropdownMenu.Item className="menu-item" onSelect={() => choose(null)}>
            <Server className="icon-s" aria-hidden />
            <span className="grow">All targets</span>
            {!one && <Check className="icon-s" aria-hidden />}
          </DropdownMenu.Item>
          <div className="menu-sep" />
          {rows.map((target) => (
            <DropdownMenu.Item key={target.id} className="menu-item" onSelect={() => choose(target.id)}>
              <Glyph state={targetGlyph(target)} label={target.state} />
              <span className="cut">{target.name}</span>
              <span className="meta grow">{kindWords[target.kind]}</span>
              {target === one && <Check className="icon-s" aria-hidden />}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
