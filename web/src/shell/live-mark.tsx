import { useConnection } from '../api/live.ts'
import { duration } from '../ui/format/age.ts'
import { useNow } from '../ui/state/use-now.ts'

/** "Live", or how old what you see is. */
export function LiveMark() {
  const { state, lostAt } = useConnection()
  const now = useNow()
  if (state === 'live') return <span className="live hide-phone">Live</span>
  const old = lostAt === null ? 0 : now - lostAt
  if (lostAt !== null && old > 1500)
    return (
      <span className="live off" role="status">
        {duration(old)} old
        <span className="hide-phone">, reconnecting</span>
      </span>
    )
  return <span className="live off hide-phone">Connecting</span>
}
