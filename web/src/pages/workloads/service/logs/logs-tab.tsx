import type { Service } from '@wheelhouse/contract'
import { ArrowUp, Clock, Download, Pause, Play, TextSearch, WrapText } from 'lucide-react'
import { useMemo, useState } from 'react'
import { client } from '../../../../api/client.ts'
import { readAll } from '../../../../api/stream.ts'
import { wordsFor } from '../../../../api/trouble.ts'
import { paths } from '../../../../paths.ts'
import { Button } from '../../../../ui/control/button.tsx'
import { FilterBox } from '../../../../ui/control/filter-box.tsx'
import { useKeys } from '../../../../ui/control/keys.ts'
import { Go } from '../../../../ui/control/link.tsx'
import { useParam } from '../../../../ui/control/use-url.ts'
import { zone } from '../../../../ui/format/age.ts'
import { save } from '../../../../ui/format/csv.ts'
import { count } from '../../../../ui/format/number.ts'
import { LevelFilter } from '../../../../ui/log/level-filter.tsx'
import { type Level, levels } from '../../../../ui/log/ring.ts'
import { LogList } from '../../../../ui/log/log-list.tsx'
import { compileSearch } from '../../../../ui/log/view.ts'
import { toast } from '../../../../ui/overlay/toast.tsx'
import { Empty } from '../../../../ui/page/told.tsx'
import { queryOf } from '../../../observation/logs/search/ask.ts'
import { copyWithTimes } from './copy-lines.ts'
import { useLevelCounts } from './use-level-counts.ts'
import { useLogFeed } from './use-log-feed.ts'

/** The log, followed until someone scrolls up. */
export function LogsTab({
  service,
  sourceOf,
}: {
  service: Service
  /** Names the task that wrote a line, where several write one log. */
  sourceOf?: (task: string | null) => string
}) {
  const feed = useLogFeed(service.id)
  const [q, setQ] = useParam('q')
  const [shown, setShown] = useParam('level')
  const [wrap, setWrap] = useParam('wrap')
  const [times, setTimes] = useParam('times', '1')
  const [following, setFollowing] = useState(true)
  const [loading, setLoading] = useState(false)
  const [start, setStart] = useState<string | null>(null)
  const { search, error } = useMemo(() => compileSearch(q), [q])
  const filter = useMemo(() => {
    const wanted = shown.split(',').filter((each): each is Level => (levels as readonly string[]).includes(each))
    return { levels: wanted.length === 0 ? null : new Set(wanted), search }
  }, [shown, search])

  const download = async (): Promise<void> => {
    try {
      save(
        `${service.name}.log`,
        await readAll(await client.logs.download({ id: service.id, tail: 50_000 })),
        'text/plain',
      )
    } catch (reason) {
      toast({ state: 'failed', title: 'The log was not downloaded', detail: wordsFor(reason).what, stays: true })
    }
  }
  const loadOlder = async (): Promise<void> => {
    setLoading(true)
    setFollowing(false)
    setStart(await feed.older())
    setLoading(false)
  }
  useKeys('Logs', [
    { keys: 'space', label: 'Pause or follow', run: () => setFollowing(!following) },
    { keys: 'w', label: 'Wrap long lines', run: () => setWrap(wrap === '1' ? '' : '1') },
  ])

  const counts = useLevelCounts(feed.ring, feed.version)
  const filtered = filter.levels !== null || filter.search !== null
  const empty =
    feed.ring.size > 0 && filtered ? (
      <Empty
        title="No line passes the filter."
        action={
          <Button
            onClick={() => {
              setQ('')
              setShown('')
            }}
          >
            Clear filters
          </Button>
        }
      >
        {count(feed.ring.size)} lines are hidden.
      </Empty>
    ) : (
      <Empty title={feed.state === 'connecting' ? 'Opening the log…' : 'It has written nothing yet.'}>
        {feed.state === 'live' ? 'Lines appear here as they are written.' : feed.reason}
      </Empty>
    )
  return (
    <div className="fill" onCopy={copyWithTimes}>
      <div className="toolbar">
        <FilterBox
          label="Search lines, as a regular expression"
          placeholder="Regular expression"
          value={q}
          bad={error !== null}
          onChange={setQ}
        />
        <LevelFilter counts={counts} value={shown} onChange={setShown} />
        <span className="grow hide-phone" />
        <Button
          icon={WrapText}
          className={wrap === '1' ? 'btn-on' : ''}
          aria-pressed={wrap === '1'}
          aria-label="Wrap long lines"
          title="Wrap (W)"
          onClick={() => setWrap(wrap === '1' ? '' : '1')}
        />
        <Button
          icon={Clock}
          className={times === '1' ? 'btn-on' : ''}
          aria-pressed={times === '1'}
          aria-label="Show times"
          title="Times"
          onClick={() => setTimes(times === '1' ? '0' : '1')}
        />
        <Button icon={Download} aria-label="Download the log" title="Download" onClick={() => void download()} />
        <Go className="btn" href={paths.logs(queryOf({ service: service.id }))} title="Search all that is kept of it">
          <TextSearch className="icon-s" aria-hidden />
          Search kept
        </Go>
        <Button icon={ArrowUp} busy={loading} onClick={() => void loadOlder()}>
          Older
        </Button>
      </div>
      {error && (
        <p className="err px-(--gutter) py-1.5" role="alert">
          {error}
        </p>
      )}
      <LogList
        ring={feed.ring}
        version={feed.version}
        epoch={feed.epoch}
        prepended={feed.prepended}
        filter={filter}
        wrap={wrap === '1'}
        times={times === '1'}
        sourceOf={sourceOf}
        following={following}
        onFollow={setFollowing}
        top={
          feed.ring.first > 0 ? (
            <div className="log-break">
              <span>{count(feed.ring.first)} older lines left this page. Download has them.</span>
            </div>
          ) : (
            start && (
              <div className="log-break">
                <span>{start}</span>
              </div>
            )
          )
        }
        empty={empty}
      />
      <footer className="flex items-center gap-3 border-t border-line px-(--gutter) py-1.5 text-meta text-ink-3 flex-none">
        <span className={`live ${feed.state === 'live' ? '' : 'off'} px-0!`} role="status">
          {feed.state === 'ended'
            ? (feed.reason ?? 'Ended')
            : feed.state === 'connecting'
              ? 'Reconnecting'
              : following
                ? 'Following'
                : 'Paused'}
        </span>
        <span>
          {count(feed.linesPerS)} lines/s{feed.missed > 0 && `, ${count(feed.missed)} missed`}
        </span>
        <span className="hide-phone">{count(feed.ring.size)} lines here</span>
        <span className="ml-auto hide-phone">Times in {zone()}</span>
        <Button
          icon={following ? Pause : Play}
          hint="Space"
          className="ml-auto md:ml-0"
          onClick={() => setFollowing(!following)}
        >
          {following ? 'Pause' : 'Follow'}
        </Button>
      </footer>
    </div>
  )
}
