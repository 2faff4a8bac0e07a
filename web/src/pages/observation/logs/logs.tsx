import { useQuery } from '@tanstack/react-query'
import { useRouter, useRouterState } from '@tanstack/react-router'
import { useCallback, useMemo, useRef, useSyncExternalStore } from 'react'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { useKeys } from '../../../ui/control/keys.ts'
import { Go } from '../../../ui/control/link.tsx'
import { useParam, useSetParams } from '../../../ui/control/use-url.ts'
import { zone } from '../../../ui/format/age.ts'
import { count, plural } from '../../../ui/format/number.ts'
import { PageHead } from '../../../ui/page/head.tsx'
import { Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { copyWithTimes } from '../../workloads/service/logs/copy-lines.ts'
import { LastCrash } from './lives/last-crash.tsx'
import { LogTabs } from './log-tabs.tsx'
import { type Ask, askOf, isTimeout, isWhere, queryOf, usualRange } from './search/ask.ts'
import { ExportMenu } from './search/export-menu.tsx'
import { FoundList, type Walk } from './search/found/found-list.tsx'
import type { FoundPages } from './search/found/found-pages.ts'
import { hitMarks, patternTrouble } from './search/hit-marks.ts'
import { LevelHistory, useHistogram } from './search/level-history.tsx'
import { totalsOf } from './search/level-totals.ts'
import { LinePanel } from './search/line-panel.tsx'
import { NothingFound } from './search/found/nothing-found.tsx'
import { SearchBar } from './search/search-bar.tsx'
import { isMeant } from './search/sources.ts'
import { useSources } from './search/use-sources.ts'
import { useFound } from './search/found/use-found.ts'

/** A search over the kept lines of all services. The address holds all of it. */
export function Logs() {
  const router = useRouter()
  const search = useRouterState({ select: (state) => state.location.searchStr })
  const setParams = useSetParams()
  const [line, setLine] = useParam('line')
  const [wrap, setWrap] = useParam('wrap')
  const ask = useMemo(() => askOf(search), [search])
  const trouble =
    patternTrouble(ask) ??
    (isWhere(ask.where)
      ? null
      : 'These are no conditions on fields yet. Write status>=500 or path~/api, with commas between.')
  const { found, isAsking, span, again } = useFound(ask, trouble === null)
  const sources = useSources()
  const rows = sources.data ?? noSources
  const storage = useQuery({ queryKey: keys.logStorage, queryFn: () => client.logHistory.storage({}) })
  const oldest =
    rows
      .map(({ oldestAt }) => oldestAt)
      .filter((each) => each !== null)
      .sort()[0] ?? null
  const histogram = useHistogram(ask, span, oldest, trouble === null)
  const counts = useMemo(
    () => (histogram.data ? totalsOf(histogram.data) : new Map<string, number>()),
    [histogram.data],
  )
  const marks = useMemo(() => hitMarks(ask), [ask.q, ask.mode])
  const walk = useRef<Walk>(null)

  /** What is typed is one step in the history of the browser; what is chosen is another each. */
  const onAsk = useCallback(
    (change: Partial<Ask>) => {
      const next = { ...askOf(window.location.search), ...change }
      const rest = wrap === '' ? '' : `wrap=${wrap}`
      const query = queryOf(next)
      const href = paths.logs(rest === '' ? query : query === '' ? `?${rest}` : `${query}&${rest}`)
      if ('q' in change || 'where' in change) router.history.replace(href)
      else router.history.push(href)
    },
    [router, wrap],
  )
  // A link must show the same tomorrow: times that are told from now are written out.
  const hrefOf = useCallback(
    (position: string) =>
      paths.logs(
        queryOf({
          ...ask,
          since: span.since ?? '',
          until: span.until ?? '',
          range: span.since ? usualRange : ask.range,
          line: position,
        }),
      ),
    [ask, span],
  )
  const onOpen = useCallback((position: string) => setLine(position), [setLine])
  useKeys('Logs', [
    { keys: 'w', label: 'Wrap long lines', run: () => setWrap(wrap === '1' ? '' : '1') },
    { keys: 'r', label: 'Search again, up to now', run: again },
    { keys: 'escape', label: 'Close the line', run: () => setLine('') },
  ])

  const references = ask.service.split(',').filter(Boolean)
  const chosen = rows.filter((source) => source.serviceId !== null && isMeant(source, references))
  const live = chosen.length === 1 ? chosen[0]?.serviceId : null
  const gone =
    references.length === 1 ? rows.find((each) => each.serviceId === null && isMeant(each, references)) : null
  return (
    <div className="fill" onCopy={copyWithTimes}>
      <PageHead
        title="Logs"
        meta={`what services said, also those that are gone; times in ${zone()}`}
        actions={
          <>
            {live && (
              <Go className="btn" href={paths.service(live, 'logs')}>
                Live log
              </Go>
            )}
            {gone && (
              <Go className="btn" href={paths.keptLog(gone.id)}>
                Its lives
              </Go>
            )}
            <LastCrash service={ask.service} stack={ask.stack} target={ask.target} />
            <ExportMenu ask={ask} span={span} />
          </>
        }
      />
      <LogTabs current="search" />
      {storage.data?.enabled === false && (
        <div className="strip" role="status">
          <Glyph state="paused" />
          <span>
            Lines are not kept now: the keeping of logs is off in the settings of the control plane. What was kept
            before is still found here; live logs are with their services.
          </span>
        </div>
      )}
      <SearchBar
        ask={ask}
        span={span}
        sources={rows}
        counts={counts}
        isBad={trouble !== null}
        isBusy={isAsking && found !== null}
        wrap={wrap === '1'}
        onAsk={onAsk}
        onWrap={() => setWrap(wrap === '1' ? '' : '1')}
        onAgain={again}
      />
      {trouble && (
        <p className="err px-(--gutter) py-1.5" role="alert">
          {trouble}
        </p>
      )}
      <LevelHistory
        histogram={histogram}
        isFiltered={ask.level !== ''}
        onSelect={(since, until) => onAsk({ since, until })}
      />
      <div className="found-area">
        <div className="fill relative">
          {found === null ? (
            <Skeleton rows={12} />
          ) : found.pages.length === 0 && found.error !== null ? (
            <div className="p-4 overflow-auto">
              <Failed error={found.error} ask={ask} onAsk={onAsk} onAgain={again} />
            </div>
          ) : found.count === 0 && found.isDone ? (
            <div className="overflow-auto">
              <NothingFound ask={ask} isAsking={isAsking} isAnythingKept={rows.length > 0} onAsk={onAsk} />
            </div>
          ) : (
            <FoundList
              found={found}
              marks={marks}
              wrap={wrap === '1'}
              chosen={line}
              hrefOf={hrefOf}
              onOpen={onOpen}
              walk={walk}
              foot={<Foot found={found} ask={ask} onAsk={onAsk} />}
            />
          )}
        </div>
        {line !== '' && (
          <LinePanel
            position={line}
            sources={rows}
            marks={marks}
            wrap={wrap === '1'}
            hrefOf={hrefOf}
            onOpen={onOpen}
            onlyService={(service) => onAsk({ service })}
            onClose={() => setParams({ line: null })}
            walk={walk}
          />
        )}
      </div>
      {found !== null && <Status found={found} isAsking={isAsking} />}
    </div>
  )
}

const noSources = [] as const

/** How much there is so far, and what could not be read. */
function Status({ found, isAsking }: { found: FoundPages; isAsking: boolean }) {
  useSyncExternalStore(found.subscribe, found.version)
  return (
    <footer className="found-status" role="status">
      <span>{isAsking ? 'Searching' : `${plural(found.count, 'line')}${found.isDone ? '' : ' so far'}`}</span>
      {found.broken > 0 && (
        <span className="t-degraded">
          {plural(found.broken, 'block')} of lines could not be read: what they held is missing here.
        </span>
      )}
      <span className="ml-auto hide-phone">
        <kbd>/</kbd> search <kbd>J</kbd> <kbd>K</kbd> walk <kbd>E</kbd> next error <kbd>↵</kbd> open
      </span>
    </footer>
  )
}

/** Below the last line: more is coming, that was all, or why no more comes. */
function Foot({ found, ask, onAsk }: { found: FoundPages; ask: Ask; onAsk: (change: Partial<Ask>) => void }) {
  useSyncExternalStore(found.subscribe, found.version)
  if (found.error !== null)
    return (
      <div className="p-3 font-sans">
        <Failed error={found.error} ask={ask} onAsk={onAsk} onAgain={() => void found.retry()} />
      </div>
    )
  const words = found.isDone ? `That is all: ${count(found.count)} lines` : 'More is coming'
  return (
    <div className="log-break">
      <span>{words}</span>
    </div>
  )
}

function Failed({
  error,
  ask,
  onAsk,
  onAgain,
}: {
  error: unknown
  ask: Ask
  onAsk: (change: Partial<Ask>) => void
  onAgain: () => void
}) {
  return (
    <TroubleBox
      trouble={wordsFor(error)}
      retry={onAgain}
      action={
        isTimeout(error) && (
          <>
            <Button onClick={() => onAsk({ range: '1h', since: '', until: '' })}>Only the last hour</Button>
            {ask.mode === 'pattern' && (
              <Button onClick={() => onAsk({ mode: 'words' })}>Search for words, which is quicker</Button>
            )}
          </>
        )
      }
    />
  )
}
