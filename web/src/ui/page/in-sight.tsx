import { type ReactNode, useEffect, useRef } from 'react'

/** What comes into a long form, such as an answer: the form scrolls to it, so that nobody waits for what is there. */
export function InSight({ children }: { children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    box.current?.scrollIntoView({ block: 'nearest' })
  }, [])
  return (
    <div ref={box} className="flex flex-col gap-3">
      {children}
    </div>
  )
}
