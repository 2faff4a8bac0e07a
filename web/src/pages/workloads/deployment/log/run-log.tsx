import type { Deployment } from '@wheelhouse/contract'
import { Download, Pause, Play, WrapText, X } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import { isLive } from '../../../../api/deployments.ts'
import { Button } from '../../../../ui/control/button.tsx'
import { FilterBox } from '../../../../ui/control/filter-box.tsx'
import { useKeys } from '../../../../ui/control/keys.ts'
import { useParam } from '../../../../ui/control/use-url.ts'
import { save } from '../../../../ui/format/csv.ts'
import { count } from '../../../../ui/format/number.ts'
import { plainText } from '../../../../ui/log/ansi.ts'
import { LogList } from '../../../../ui/log/log-list.tsx'
import type { LogRing } from '../../../../ui/log/ring.ts'
import { compileSearch } from '../../../../ui/log/view.ts'
import { Empty } from '../../../../ui/page/told.tsx'
import { copyWithTimes } from '../../service/logs/copy-lines.ts'
import { stageTitle } from '../../deployments/words.ts'
import { useRunLog } from './use-run-log.ts'

interface Props {
  readonly run: Deployment
  readonly stage: string
  readonly task: string
  readonly onStage: (stage: string) => void
  readonly onTask: (task: string) => void
}

const textOf = (ring: LogRing): string => {
  const lines: string[] = []
  for (let n = ring.first; n < ring.next; n++) {
    const line = ring.get(n)
    if (line) lines.push(`${new Date(line.at).toISOString()} ${plainText(line.text)}`)
  }
  return `${lines.join('\n')}\n`
}

/** What a run prints, of all of it, one stage or one task; followed until someone scrolls up. */
export function RunLog({ run, stage, task, onStage, onTask }: Props) {
  const [q, setQ] = useParam('q')
  const [wrap, setWrap] = useParam('wrap')
  const going = isLive(run)
  const [following, setFollowing] = useState(true)
  const log = useRunLog(
    run.id,
    useMemo(() => ({ stage, task }), [stage, task]),
  )
  useEffect(() => setFollowing(true), [stage, task])
  const { search, error } = useMemo(() => compileSearch(q), [q])
  const filter = useMemo(() => ({ levels: null, search }), [search])
  useKeys('Log', [
    { keys: 'space', label: 'Pause or follow', run: () => setFollowing(!following) },
    { keys: 'w', label: 'Wrap long lines', run: () => setWrap(wrap === '1' ? '' : '1') },
  ])
  const where = [stage && stageTitle(stage), task].filter(Boolean).join(', ')
  const empty =
    log.ring.size > 0 ? (
      <Empty title="No line has that." action={<Button onClick={() => setQ('')}>Clear search</Button>} />
    ) : log.state === 'failed' ? (
      <Empty title="The log could not be read." action={<Button onClick={log.retry}>Try again</Button>}>
        {log.reason}
      </Empty>
    ) : log.state === 'loading' ? null : (
      <Empty title={`${where === '' ? 'It' : where} has printed nothing${going ? ' yet' : ''}.`}>
        {going && 'Lines appear here as they are written.'}
      </Empty>
    )
  const word = log.state === 'loading' ? 'Loading' : !going ? 'Ended' : following ? 'Following' : 'Paused'
  return (
    <section className="panel run-log" aria-label="Log" onCopy={copyWithTimes}>
      <div className="panel-head">
        <h2>Log</h2>
        {where === '' ? (
          <span className="meta ml-0! hide-phone">of all stages</span>
        ) : (
          <button
            type="button"
            className="tag"
            aria-label={`Show all, not only ${where}`}
            onClick={() => (task === '' ? onStage('') : onTask(''))}
          >
            {where}
            <X className="icon-s" aria-hidden />
          </button>
        )}
        <span className="grow" />
        <FilterBox
          label="Search the log, as a regular expression"
          placeholder="Search"
          value={q}
          bad={error !== null}
          onChange={setQ}
        />
        <Button
          icon={WrapText}
          className={wrap === '1' ? 'btn-on' : ''}
          aria-pressed={wrap === '1'}
          aria-label="Wrap long lines"
          title="Wrap (W)"
          onClick={() => setWrap(wrap === '1' ? '' : '1')}
        />
        <Button
          icon={Download}
          className="hide-phone"
          aria-label="Download these lines"
          title="Download"
          disabled={log.ring.size === 0}
          onClick={() => save(`${run.stack}-${run.number}.log`, textOf(log.ring), 'text/plain')}
        />
      </div>
      {error && (
        <p className="err px-3 pb-2" role="alert">
          {error}
        </p>
      )}
      <LogList
        ring={log.ring}
        version={log.version}
        epoch={log.epoch}
        prepended={0}
        filter={filter}
        wrap={wrap === '1'}
        times
        following={following}
        onFollow={setFollowing}
        empty={empty}
      />
      <div className="panel-foot">
        <span
          className={`live px-0! ${log.state === 'connecting' || log.state === 'failed' ? 'off' : ''}`}
          role="status"
        >
          {log.state === 'connecting' && going ? 'Reconnecting' : log.state === 'failed' ? 'Not read' : word}
        </span>
        <span>{count(log.ring.size)} lines</span>
        {log.reason && <span className="cut">{log.reason}</span>}
        {going && (
          <Button
            icon={following ? Pause : Play}
            hint="Space"
            className="ml-auto"
            onClick={() => setFollowing(!following)}
          >
            {following ? 'Pause' : 'Follow'}
          </Button>
        )}
      </div>
    </section>
  )
}
