import { Outlet, useRouterState } from '@tanstack/react-router'
import { useEffect } from 'react'
import { boot, useSession } from '../api/session.ts'
import { queries } from '../api/queries.ts'
import { live } from '../api/live.ts'
import { Button } from '../ui/control/button.tsx'
import { useGo } from '../ui/control/link.tsx'
import { placeFor } from './place.ts'
import { Wheel } from './wheel.tsx'

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
