import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'

interface Props {
  readonly title: string
  readonly about?: ReactNode
  readonly wide?: boolean
  readonly onClose: () => void
  readonly children?: ReactNode
  readonly foot?: ReactNode
  /** Where the focus starts; the first field or button unless told. */
  readonly focus?: () => HTMLElement | null
}

export function Dialog({ title, about, wide = false, onClose, children, foot, focus }: Props) {
  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="scrim" />
        <Radix.Content
          className={`dialog ${wide ? 'wide' : ''}`}
          {...(about === undefined ? { 'aria-describedby': undefined } : {})}
          onOpenAutoFocus={(event) => {
            const first = focus?.()
            if (!first) return
            event.preventDefault()
            first.focus()
          }}
        >
          <div className="dialog-head">
            <Radix.Title className="text-title font-semibold text-ink">{title}</Radix.Title>
            {about !== undefined && <Radix.Description className="mt-1">{about}</Radix.Description>}
          </div>
          <div className="dialog-body">{children}</div>
          {foot && <div className="dialog-foot">{foot}</div>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
