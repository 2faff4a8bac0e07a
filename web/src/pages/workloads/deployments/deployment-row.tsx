import type { Deployment } from '@wheelhouse/contract'
import { memo } from 'react'
import { isLive } from '../../../api/deployments.ts'
import { paths } from '../../../paths.ts'
import { Go } from '../../../ui/control/link.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { EnvironmentMark } from '../../../ui/state/environment.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { Took } from '../../../ui/state/took.tsx'
import { deploymentGlyph, evidenceOf, releaseWords, stateWord, triggerWords } from './words.ts'

export const deploymentColumns =
  'minmax(200px, 1.1fr) minmax(96px, 0.5fr) 108px 74px 82px minmax(160px, 2.4fr) minmax(90px, 0.7fr) 96px 52px'
export const narrowColumns = 'minmax(180px, 1.2fr) 96px 104px minmax(140px, 2fr) 90px 52px'

interface Props {
  readonly row: Deployment
  readonly current: boolean
  readonly card: boolean
  readonly index: number
}

/** One run. Where it did not go well, the row says why. */
export const DeploymentRow = memo(function DeploymentRow(props: Props) {
  return props.card ? <CardRow {...props} /> : <WideRow {...props} />
})

function State({ row }: { row: Deployment }) {
  const glyph = deploymentGlyph(row.state)
  return row.state === 'succeeded' ? (
    <span className="vh">{row.state}</span>
  ) : (
    <span className={`text-meta cut t-${glyph}`}>{stateWord(row.state)}</span>
  )
}

function Evidence({ row }: { row: Deployment }) {
  const text = evidenceOf(row)
  const tone = isLive(row) ? 'text-ink-3' : `t-${deploymentGlyph(row.state)}`
  return (
    <span className={`cut text-meta ${tone}`} title={text || undefined}>
      {text}
    </span>
  )
}

function WideRow({ row, current, index }: Props) {
  return (
    <div role="row" aria-rowindex={index + 1} className={`tr ${current ? 'cur' : ''}`} style={{ height: 'var(--row)' }}>
      <span role="gridcell" className="flex items-center gap-2">
        <Glyph state={deploymentGlyph(row.state)} />
        <Go href={paths.deployment(row.id)} className="name cut flex-none max-w-[65%]">
          {row.stack} {row.number}
        </Go>
        <State row={row} />
      </span>
      <span role="gridcell" className="cut">
        <EnvironmentMark name={row.environment} />
      </span>
      <span role="gridcell" className="cut mono">
        {releaseWords(row)}
      </span>
      <span role="gridcell" className="cut hide-narrow text-ink-3">
        {row.kind}
      </span>
      <span role="gridcell" className="cut hide-narrow text-ink-3">
        {row.strategy}
      </span>
      <span role="gridcell" className="flex">
        <Evidence row={row} />
      </span>
      <span role="gridcell" className="cut hide-narrow" title={`${row.trigger.kind} ${row.trigger.name}`}>
        {triggerWords(row)}
      </span>
      <span role="gridcell" className="num">
        <Took of={row} />
      </span>
      <span role="gridcell" className="num text-ink-3">
        <Age at={row.startedAt ?? row.createdAt} />
      </span>
    </div>
  )
}

function CardRow({ row, current, index }: Props) {
  return (
    <div role="row" aria-rowindex={index + 1} className={`tr card h-full ${current ? 'cur' : ''}`}>
      <div role="gridcell" className="flex items-center gap-2">
        <Glyph state={deploymentGlyph(row.state)} />
        <Go href={paths.deployment(row.id)} className="name cut text-lead">
          {row.stack} {row.number}
        </Go>
        <State row={row} />
        <span className="meta ml-auto">
          <Age at={row.startedAt ?? row.createdAt} />
        </span>
      </div>
      <div role="gridcell" className="meta flex gap-3 pl-5">
        <EnvironmentMark name={row.environment} />
        <span className="mono flex-none">{releaseWords(row)}</span>
        <span className="flex-none">
          <Took of={row} />
        </span>
        <span className="cut ml-auto">{triggerWords(row)}</span>
      </div>
      {evidenceOf(row) !== '' && (
        <div role="gridcell" className="flex pl-5">
          <Evidence row={row} />
        </div>
      )}
    </div>
  )
}

export function DeploymentHead() {
  const heads = [
    ['Deployment', ''],
    ['Environment', ''],
    ['Release', ''],
    ['Kind', 'hide-narrow'],
    ['Strategy', 'hide-narrow'],
    ['What happened', ''],
    ['By', 'hide-narrow'],
    ['Took', 'num'],
    ['Started', 'num'],
  ] as const
  return (
    <div role="row" className="tr th">
      {heads.map(([label, classes]) => (
        <span key={label} role="columnheader" className={`cut ${classes}`}>
          {label}
        </span>
      ))}
    </div>
  )
}
