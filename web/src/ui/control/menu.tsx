import type { LucideIcon } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { ReactNode } from 'react'

export interface MenuEntry {
  readonly label: string
  readonly icon?: LucideIcon
  readonly hint?: string
  readonly danger?: boolean
  readonly disabled?: boolean
  readonly run: () => void
}

/** A menu from a trigger; `null` draws a line. */
export function Menu({
  trigger,
  entries,
  head,
  opened = false,
}: {
  trigger: ReactNode
  entries: readonly (MenuEntry | null)[]
  head?: ReactNode
  /** Open from the start. */
  opened?: boolean
}) {
  return (
    <DropdownMenu.Root modal={false} defaultOpen={opened}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" sideOffset={4} collisionPadding={8}>
          {head}
          {entries.map((entry, i) =>
            entry === null ? (
              // oxlint-disable-next-line react/no-array-index-key -- lines have no other name
              <div key={`line-${i}`} className="menu-sep" />
            ) : (
              <DropdownMenu.Item
                key={entry.label}
                className={`menu-item ${entry.danger ? 'danger' : ''}`}
                disabled={entry.disabled ?? false}
                onSelect={entry.run}
              >
                {entry.icon && <entry.icon className="icon-s" aria-hidden />}
                <span className="cut grow">{entry.label}</span>
                {entry.hint && <kbd aria-hidden>{entry.hint}</kbd>}
              </DropdownMenu.Item>
            ),
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
