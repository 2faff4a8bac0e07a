import { paths } from '../../../../../paths.ts'
import { Button } from '../../../../../ui/control/button.tsx'
import { Go } from '../../../../../ui/control/link.tsx'
import { Empty } from '../../../../../ui/page/told.tsx'
import { type Ask, spanWords } from '../ask.ts'

const day = 86_400_000

/** Why there is nothing, and what would show more. */
export function NothingFound({
  ask,
  isAsking,
  isAnythingKept,
  onAsk,
}: {
  ask: Ask
  isAsking: boolean
  isAnythingKept: boolean
  onAsk: (change: Partial<Ask>) => void
}) {
  if (isAsking) return null
  if (!isAnythingKept)
    return (
      <Empty
        title="No lines are kept yet."
        action={
          <Go className="btn" href={paths.services()}>
            Open services
          </Go>
        }
      >
        Lines are kept from when a service is first seen. Live logs are with their services.
      </Empty>
    )
  const isAll = ask.since === '' && ask.until === '' && ask.range === 'all'
  const narrowed = [ask.service, ask.stack, ask.target, ask.level, ask.stream].some((each) => each !== '')
  const wider = (): void => {
    if (ask.since === '' && ask.until === '') return onAsk({ range: 'all' })
    const from = ask.since === '' ? '' : new Date(Date.parse(ask.since) - day).toISOString()
    const to = ask.until === '' ? '' : new Date(Date.parse(ask.until) + day).toISOString()
    return onAsk({ since: from, until: to })
  }
  return (
    <Empty
      title={
        ask.q.trim() === ''
          ? 'Nothing was said.'
          : `No line has ${ask.mode === 'pattern' ? 'this pattern' : `"${ask.q.trim()}"`}.`
      }
      action={
        <>
          {!isAll && (
            <Button onClick={wider}>
              {ask.since === '' && ask.until === '' ? 'Search all that is kept' : 'A day more on each side'}
            </Button>
          )}
          {ask.q.trim() !== '' && ask.mode === 'words' && (
            <Button onClick={() => onAsk({ mode: 'letters' })}>Search for these letters anywhere</Button>
          )}
          {narrowed && (
            <Button onClick={() => onAsk({ service: '', stack: '', target: '', level: '', stream: '' })}>
              Clear filters
            </Button>
          )}
        </>
      }
    >
      Searched: {spanWords(ask)}
      {narrowed && ', through filters that leave lines out'}.
    </Empty>
  )
}
