import { Outlet, useRouterState } from '@tanstack/react-router'
import { useEffect } from 'react'
import { boot, useSession } from '../api/session.ts'
import { queries } from '../api/queries.ts'
import { live } from '../api/live.ts'
import { paths } from '../paths.ts'
import { Button } from '../ui/control/button.tsx'
import { useGo } from '../ui/control/link.tsx'
import { Wheel } from './wheel.tsx'

/** Where someone belongs who is on `pathname` in this state; null: stay. */
export function placeFor(state: string, pathname: string, here: string, back: string | null): string | null {
  const outside = pathname === paths.login() || pathname === paths.setup()
  if (state === 'signed-in') return outside ? safeReturn(back) : null
  if (state === 'setup') return pathname === paths.setup() ? null : paths.setup()
  if (state === 'signed-out' || state === 'ended') {
    if (pathname === paths.login()) return null
    return outside || here === '/' ? paths.login() : `${paths.login()}?return=${encodeURIComponent(here)}`
  }
  return null
}

/** Only addresses of this app: a link must not send anyone elsewhere after sign-in. */
export const safeReturn = (back: string | null): string =>
  back && /^\/(?![/\\])/.test(back) && !back.startsWith(paths.login()) ? back : paths.overview()

/** Shows nothing of the fleet to anyone who is not signed in. */
export function Gate() {
  const { state } = useSession()
  const location = useRouterState({ select: (s) => s.location })
  const go = useGo()
  useEffect(() => void boot(), [])
  const target = placeFor(
    state,
    location.pathname,
    location.pathname + location.searchStr,
    new URLSearchParams(location.searchStr).get('return'),
  )
  useEffect(() => {
    if (target) go(target, true)
  }, [target])
  useEffect(() => {
    if (state === 'signed-in') return
    queries.clear()
    live.close()
  }, [state])
  if (state === 'unreachable')
    return (
      <main className="lw">
        <div>
          <div className="mark">
            <Wheel />
            Wheelhouse
          </div>
          <h1>Wheelhouse does not answer</h1>
          <p className="py-3">
            The server is starting, stopped, or out of reach from here. Check that it runs, then try again.
          </p>
          <Button look="primary" onClick={() => void boot()}>
            Try again
          </Button>
        </div>
      </main>
    )
  if (state === 'booting' || target) return <div aria-busy="true" />
  return <Outlet />
}
