import type { Event } from '@wheelhouse/contract'
import { Bell, ChevronRight } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useState } from 'react'
import { events } from '../api/fleet.ts'
import { useRows } from '../api/row-store.ts'
import { paths } from '../paths.ts'
import { useGo } from '../ui/control/link.tsx'
import { Age } from '../ui/state/age.tsx'
import { Glyph } from '../ui/state/glyph.tsx'

const seenKey = 'wheelhouse.notices-seen'
export const severityGlyph = (event: Pick<Event, 'severity'>) =>
  event.severity === 'error' ? 'failed' : event.severity === 'warning' ? 'degraded' : 'info'

const falls = new Set(['service.failed', 'service.crash-looping', 'service.out-of-memory'])

/** Where an event leads. */
export const eventHref = (event: Event): string =>
  event.serviceId
    ? paths.service(event.serviceId, falls.has(event.type) ? 'crashes' : 'events')
    : event.targetId
      ? paths.target(event.targetId)
      : paths.timeline()

/** Warnings and errors; what came since the last look is counted. */
export function Notices() {
  const [seen, setSeen] = useState(() => localStorage.getItem(seenKey) ?? '')
  const go = useGo()
  const bad = useRows(events)
    .filter((event) => event.severity !== 'info')
    .toReversed()
    .slice(0, 30)
  const fresh = bad.filter((event) => event.at > seen).length
  const look = (open: boolean): void => {
    if (!open || !bad[0]) return
    localStorage.setItem(seenKey, bad[0].at)
    setTimeout(() => setSeen(bad[0]?.at ?? ''), 1500)
  }
  return (
    <DropdownMenu.Root modal={false} onOpenChange={look}>
      <DropdownMenu.Trigger className="tbtn" aria-label={fresh > 0 ? `Notifications, ${fresh} new` : 'Notifications'}>
        <Bell className="icon" aria-hidden />
        {fresh > 0 && <span className="bubble">{fresh > 99 ? '99+' : fresh}</span>}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu w-[360px]" align="end" sideOffset={6} collisionPadding={8}>
          <div className="menu-label">Warnings and errors</div>
          {bad.length === 0 && <p className="px-2 pb-2 text-ink-3">Nothing went wrong lately.</p>}
          {bad.map((event) => (
            <DropdownMenu.Item
              key={event.id}
              className="menu-item items-start py-1.5"
              onSelect={() => go(eventHref(event))}
            >
              <span className="pt-1">
                <Glyph state={severityGlyph(event)} label={event.severity} />
              </span>
              <span className="grow min-w-0 break-words">{event.message}</span>
              <span className="meta">
                <Age at={event.at} />
              </span>
            </DropdownMenu.Item>
          ))}
          <div className="menu-sep" />
          <DropdownMenu.Item className="menu-item" onSelect={() => go(`${paths.timeline()}?severity=warning,error`)}>
            <span className="grow">All in the timeline</span>
            <ChevronRight className="icon-s" aria-hidden />
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
