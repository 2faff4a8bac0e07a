import { useRouter } from '@tanstack/react-router'
import type { AnchorHTMLAttributes, MouseEvent } from 'react'

/** An address of this app. A plain click moves inside it; every other click is the browser's. */
export function Go({ href, onClick, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement> & { href: string }) {
  const router = useRouter()
  const go = (event: MouseEvent<HTMLAnchorElement>): void => {
    onClick?.(event)
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return
    event.preventDefault()
    router.history.push(href)
  }
  return <a href={href} onClick={go} {...rest} />
}

/** Moves to an address from code. */
export function useGo(): (href: string, replace?: boolean) => void {
  const router = useRouter()
  return (href, replace = false) => (replace ? router.history.replace(href) : router.history.push(href))
}
