import { useRouter, useRouterState } from '@tanstack/react-router'
import { Pause, Play, TextSearch, WrapText } from 'lucide-react'
import { useMemo, useState } from 'react'
import { paths } from '../../../../paths.ts'
import { Button } from '../../../../ui/control/button.tsx'
import { FilterBox } from '../../../../ui/control/filter-box.tsx'
import { useKeys } from '../../../../ui/control/keys.ts'
import { Go } from '../../../../ui/control/link.tsx'
import { Pick } from '../../../../ui/control/pick.tsx'
import { useParam } from '../../../../ui/control/use-url.ts'
import { zone } from '../../../../ui/format/age.ts'
import { count } from '../../../../ui/format/number.ts'
import { usePhone } from '../../../../ui/list/use-media.ts'
import { LevelFilter } from '../../../../ui/log/level-filter.tsx'
import { LogList } from '../../../../ui/log/log-list.tsx'
import { PageHead } from '../../../../ui/page/head.tsx'
import { Empty } from '../../../../ui/page/told.tsx'
import { copyWithTimes } from '../../../workloads/service/logs/copy-lines.ts'
import { useLevelCounts } from '../../../workloads/service/logs/use-level-counts.ts'
import { LastCrash } from '../lives/last-crash.tsx'
import { LogTabs } from '../log-tabs.tsx'
import { type Ask, askOf, isWhere, queryOf } from '../search/ask.ts'
import { RangeChoice } from '../search/range-choice.tsx'
import { ServiceChoice } from '../search/service-choice.tsx'
import { useSources } from '../search/use-sources.ts'
import { useTail } from './use-tail.ts'

const optionsOf = (names: readonly (string | null)[]) => [
  { value: '', label: 'all' },
  ...[...new Set(names)].flatMap((name) => (name === null ? [] : [{ value: name, label: name }])),
]
const noMarks = { levels: null, search: null }

/** Many services live, in one list by time. The address holds whose lines, and which of them. */
export function LiveLogs() {
  const router = useRouter()
  const search = useRouterState({ select: (state) => state.location.searchStr })
  const ask = useMemo(() => askOf(search), [search])
  const [wrap, setWrap] = useParam('wrap')
  const isNarrow = usePhone()
  const [following, setFollowing] = useState(true)
  const sources = useSources()
  const isRight = isWhere(ask.where)
  const feed = useTail({
    ...(ask.service === '' ? {} : { service: ask.service }),
    ...(ask.stack === '' ? {} : { stack: ask.stack }),
    ...(ask.target === '' ? {} : { target: ask.target }),
    ...(ask.level === '' ? {} : { level: ask.level }),
    ...(ask.q.trim() === '' ? {} : ask.mode === 'letters' ? { contains: ask.q } : { q: ask.q }),
    ...(ask.where.trim() === '' || !isRight ? {} : { where: ask.where }),
    tail: 500,
  })
  const go = (change: Partial<Ask>): void => {
    const query = queryOf({ ...ask, ...change })
    const rest = wrap === '' ? '' : `wrap=${wrap}`
    const href = paths.liveLogs(rest === '' ? query : query === '' ? `?${rest}` : `${query}&${rest}`)
    if ('q' in change || 'where' in change) router.history.replace(href)
    else router.history.push(href)
  }
  // A line leads to its place in the search, among what was said around it.
  const hrefOf = (position: string): string => {
    const at = Number(position.slice(0, position.indexOf('.'))) / 1000
    const [since, until] = [new Date(at - 60_000).toISOString(), new Date(at + 60_000).toISOString()]
    return paths.logs(queryOf({ ...ask, q: '', level: '', where: '', since, until, line: position }))
  }
  useKeys('Logs', [
    { keys: 'space', label: 'Pause or follow', run: () => setFollowing(!following) },
    { keys: 'w', label: 'Wrap long lines', run: () => setWrap(wrap === '1' ? '' : '1') },
  ])
  const counts = useLevelCounts(feed.ring, feed.version)
  const rows = sources.data ?? []
  const stacks = optionsOf(rows.map(({ stack }) => stack))
  return (
    <div className="fill" onCopy={copyWithTimes}>
      <PageHead
        title="Logs"
        meta={`what services say now, by time; times in ${zone()}`}
        actions={<LastCrash service={ask.service} stack={ask.stack} target={ask.target} />}
      />
      <LogTabs current="live" />
      <div className="toolbar">
        <FilterBox
          label="Words of a line"
          placeholder={'Words, "some words", -without'}
          value={ask.q}
          delayMs={450}
          onChange={(q) => go({ q })}
        />
        <LevelFilter none counts={counts} value={ask.level} onChange={(level) => go({ level })} />
        <ServiceChoice
          sources={rows.filter(({ serviceId }) => serviceId !== null)}
          value={ask.service}
          onPick={(service) => go({ service })}
        />
        {(stacks.length > 1 || ask.stack !== '') && (
          <Pick label="Stack" value={ask.stack} options={stacks} onPick={(stack) => go({ stack })} />
        )}
        <span className="fields-box">
          <FilterBox
            second
            label="Fields of a line"
            placeholder="Fields: status>=500,path~/api"
            value={ask.where}
            bad={!isRight}
            delayMs={450}
            onChange={(where) => go({ where })}
          />
        </span>
        <span className="grow hide-phone" />
        <RangeChoice
          words="go to"
          ask={ask}
          span={{ since: undefined, until: undefined }}
          onPick={(times) => router.history.push(paths.logs(queryOf({ ...ask, ...times })))}
        />
        <Button
          icon={WrapText}
          className={wrap === '1' ? 'btn-on' : ''}
          aria-pressed={wrap === '1'}
          aria-label="Wrap long lines"
          title="Wrap (W)"
          onClick={() => setWrap(wrap === '1' ? '' : '1')}
        />
        <Go className="btn" href={paths.logs(queryOf(ask))} title="The same among all that is kept">
          <TextSearch className="icon-s" aria-hidden />
          Search kept
        </Go>
      </div>
      <LogList
        ring={feed.ring}
        version={feed.version}
        epoch={feed.epoch}
        prepended={0}
        filter={noMarks}
        wrap={wrap === '1'}
        times={!isNarrow}
        sourceOf={sourceName}
        hrefOf={hrefOf}
        following={following}
        onFollow={setFollowing}
        top={
          feed.ring.first > 0 && (
            <div className="log-break">
              <span>{count(feed.ring.first)} older lines left this page. The search has them.</span>
            </div>
          )
        }
        empty={
          <Empty title={feed.state === 'ended' ? 'Nothing can be followed.' : 'Nothing was said yet.'}>
            {feed.reason ?? 'Lines appear here as they are written.'}
          </Empty>
        }
      />
      <footer className="found-status">
        <span className={`live ${feed.state === 'live' ? '' : 'off'} px-0!`} role="status">
          {feed.state === 'ended'
            ? (feed.reason ?? 'Ended')
            : feed.state === 'connecting'
              ? 'Connecting'
              : following
                ? 'Following'
                : 'Paused, lines are taken in'}
        </span>
        <span>
          {count(feed.linesPerS)} lines/s{feed.missed > 0 && `, ${count(feed.missed)} missed`}
        </span>
        <span className="hide-phone">{count(feed.ring.size)} lines here</span>
        <Button
          icon={following ? Pause : Play}
          hint="Space"
          className="ml-auto"
          onClick={() => setFollowing(!following)}
        >
          {following ? 'Pause' : 'Follow'}
        </Button>
      </footer>
    </div>
  )
}

const sourceName = (name: string | null): string => name ?? ''
