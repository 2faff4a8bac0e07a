import type { WidgetContent, WidgetSpec } from '@wheelhouse/contract'
import { useEffect, useRef, useState } from 'react'
import { Legend, LineChart } from '../../../../ui/chart/line-chart.tsx'
import { formatOf, isBinary } from '../../../../ui/chart/units.ts'
import { Sparkline } from '../../../../ui/state/sparkline.tsx'

type Spec<K extends WidgetSpec['kind']> = Extract<WidgetSpec, { kind: K }>
type Of<K extends WidgetContent['kind']> = Extract<WidgetContent, { kind: K }>

/** A figure, what it counts, and how it was last week. */
export function Stat({ spec, content }: { spec: Spec<'stat'>; content: Of<'stat'> }) {
  const { value, unit, lastWeek, spark, of } = content
  const format = formatOf(unit)
  const isBad = value !== null && spec.badAbove !== undefined && value > spec.badAbove
  const isWarning = !isBad && value !== null && spec.warnAbove !== undefined && value > spec.warnAbove
  const tone = isBad ? 'bad' : isWarning ? 'warning' : ''
  return (
    <div className={`stat ${tone}`}>
      <b>{value === null ? 'no data' : format(value)}</b>
      <span className="meta cut">
        {isBad ? 'too high: ' : isWarning ? 'high: ' : ''}
        {of}
        {lastWeek !== null && `, last week ${format(lastWeek)}`}
      </span>
      {spark.some((each) => each !== null) && (
        <Sparkline values={spark} tone={isBad ? 'bad' : isWarning ? 'warn' : undefined} />
      )}
    </div>
  )
}

/** Lines that fill their widget. */
export function Chart({ spec, content, title }: { spec: Spec<'chart'>; content: Of<'chart'>; title: string }) {
  const box = useRef<HTMLDivElement>(null)
  const [height, setHeight] = useState(0)
  useEffect(() => {
    const element = box.current
    if (!element) return undefined
    const sizes = new ResizeObserver(() => setHeight(element.clientHeight))
    sizes.observe(element)
    return () => sizes.disconnect()
  }, [])
  const { answer, marks } = content
  const [first] = answer.series
  const series = answer.series.map((each) => ({
    label: each.service ?? each.stack ?? each.target ?? 'all',
    values: each.values,
  }))
  const unit = first?.unit ?? 'none'
  const known = series.some(({ values }) => values.some((value) => value !== null))
  return (
    <div ref={box} className="h-full">
      {!known && <p className="text-ink-3">Nothing is kept of it in this time.</p>}
      {known && height > 0 && (
        <>
          <LineChart
            label={`${title} over time`}
            series={series}
            since={Date.parse(answer.since)}
            stepMs={answer.stepMs}
            format={formatOf(unit)}
            binary={isBinary(unit)}
            area={spec.look === 'area' || series.length === 1}
            limit={spec.limit ?? null}
            height={Math.max(40, height - 44)}
            pins={marks.map(({ at, title: told, severity }) => ({ at: Date.parse(at), title: told, tone: severity }))}
          />
          <Legend series={series} more={answer.more} />
        </>
      )}
    </div>
  )
}
