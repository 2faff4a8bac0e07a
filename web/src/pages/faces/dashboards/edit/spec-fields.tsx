import { useQuery } from '@tanstack/react-query'
import type { WidgetSpec } from '@wheelhouse/contract'
import { useId, useState } from 'react'
import { client } from '../../../../api/client.ts'
import { services, targets } from '../../../../api/fleet.ts'
import { useRows } from '../../../../api/row-store.ts'
import { CheckLine, SelectField, TextArea, TextField } from '../../../../ui/control/field.tsx'
import { actLines, actsOf, numberOf, sourceFrom, type StatFrom, without } from './draft.ts'

interface Props {
  readonly spec: WidgetSpec
  readonly onSpec: (spec: WidgetSpec) => void
  readonly onWrong: (words: string | null) => void
}
type Fields = Readonly<Record<string, unknown>>

const levels = [
  ['', 'any level'],
  ['error,fatal', 'errors'],
  ['warn,error,fatal', 'warnings and errors'],
] as const
const ranges = [
  ['', 'that of the board'],
  ['900000', '15 min'],
  ['3600000', '1 h'],
  ['21600000', '6 h'],
  ['86400000', '24 h'],
  ['604800000', '7 days'],
] as const

/** What a widget of this kind can be told. */
export function SpecFields({ spec, onSpec, onWrong }: Props) {
  // The fields of one kind are those of its spec; what is not among them is never put.
  const put = (change: Fields): void => onSpec(without({ ...spec, ...change }))
  const choice = (
    label: string,
    key: string,
    value: string | number | undefined,
    options: readonly (readonly [string, string])[],
    read: (text: string) => unknown = (text) => text,
  ) => (
    <SelectField
      label={label}
      value={typeof value === 'number' ? `${value}` : (value ?? '')}
      onChange={(event) => put({ [key]: event.target.value === '' ? undefined : read(event.target.value) })}
    >
      {options.map(([option, words]) => (
        <option key={option} value={option}>
          {words}
        </option>
      ))}
    </SelectField>
  )
  const range = 'rangeMs' in spec || spec.kind === 'stat' || spec.kind === 'chart' || spec.kind === 'log'
  const about = spec.kind !== 'markdown' && spec.kind !== 'actions'
  const source = spec.kind === 'stat' ? spec.source : null
  return (
    <>
      {spec.kind === 'stat' && <StatFields spec={spec} onSpec={onSpec} />}
      {spec.kind === 'chart' && (
        <div className="grid gap-3 sm:grid-cols-2">
          <MetricField value={spec.metric} onPick={(metric) => put({ metric })} />
          {choice('One line for', 'group', spec.group, [
            ['', 'each service'],
            ['stack', 'each stack'],
            ['target', 'each target'],
            ['all', 'everything as one'],
          ])}
          <TextField
            label="The highest so many"
            inputMode="numeric"
            value={spec.top ?? ''}
            onChange={(event) => put({ top: numberOf(event.target.value) })}
          />
          <TextField
            label="A line across at"
            inputMode="decimal"
            hint="A limit, in the unit of the chart."
            value={spec.limit ?? ''}
            onChange={(event) => put({ limit: numberOf(event.target.value) })}
          />
        </div>
      )}
      {spec.kind === 'table' && (
        <div className="grid gap-3 sm:grid-cols-2">
          {choice('Of', 'of', spec.of, [
            ['services', 'services'],
            ['targets', 'targets'],
            ['deployments', 'deployments'],
            ['crashes', 'crashes'],
          ])}
          {spec.of === 'services' &&
            choice('Sorted by', 'sort', spec.sort, [
              ['', 'what needs you'],
              ['name', 'name'],
              ['cpu', 'CPU'],
              ['memory', 'memory'],
              ['changed', 'last change'],
            ])}
          {(spec.of === 'services' || spec.of === 'deployments') && (
            <TextField
              label="In the state"
              hint="Comma-separated; any unless told."
              value={spec.state ?? ''}
              onChange={(event) => put({ state: event.target.value.trim() })}
            />
          )}
        </div>
      )}
      {spec.kind === 'log' && (
        <div className="grid gap-3 sm:grid-cols-2">
          <TextField
            label="Words"
            hint='"in this order", -without'
            value={spec.q ?? ''}
            onChange={(event) => put({ q: event.target.value })}
          />
          {choice('Level', 'level', spec.level, levels)}
        </div>
      )}
      {spec.kind === 'health' &&
        choice('Show', 'only', spec.only, [
          ['', 'all'],
          ['unhealthy', 'what is unhealthy'],
        ])}
      {spec.kind === 'events' && (
        <div className="grid gap-3 sm:grid-cols-2">
          <TextField
            label="Types"
            hint="Such as deployment,service.failed"
            value={spec.type ?? ''}
            onChange={(event) => put({ type: event.target.value.trim() })}
          />
          {choice('Severity', 'severity', spec.severity, [
            ['', 'any'],
            ['warning,error', 'warnings and errors'],
            ['error', 'errors'],
          ])}
        </div>
      )}
      {spec.kind === 'alerts' &&
        choice('Severity', 'severity', spec.severity, [
          ['', 'any'],
          ['critical', 'critical'],
          ['warning,critical', 'warnings and critical'],
        ])}
      {spec.kind === 'markdown' && (
        <TextArea
          label="Text"
          hint="Markdown: # heading, - list, **strong**, `code`, [link](/logs)"
          rows={10}
          className="mono"
          maxLength={20_000}
          value={spec.text}
          onChange={(event) => onSpec({ kind: 'markdown', text: event.target.value })}
        />
      )}
      {spec.kind === 'actions' && (
        <ActField acts={spec.acts} onActs={(acts) => onSpec({ kind: 'actions', acts })} onWrong={onWrong} />
      )}
      {about && (
        <AboutFields
          about={source ?? spec}
          onAbout={(change) =>
            spec.kind === 'stat' ? onSpec({ ...spec, source: without({ ...spec.source, ...change }) }) : put(change)
          }
        />
      )}
      {range && choice('Time it shows', 'rangeMs', 'rangeMs' in spec ? spec.rangeMs : '', ranges, Number)}
    </>
  )
}

function StatFields({
  spec,
  onSpec,
}: {
  spec: Extract<WidgetSpec, { kind: 'stat' }>
  onSpec: (spec: WidgetSpec) => void
}) {
  const { source } = spec
  const put = (change: Fields): void => onSpec(without({ ...spec, ...change }))
  const putSource = (change: Fields): void => onSpec({ ...spec, source: without({ ...source, ...change }) })
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <SelectField
        label="Of"
        value={source.from}
        onChange={(event) => onSpec(sourceFrom(spec, event.target.value as StatFrom))}
      >
        <option value="services">services</option>
        <option value="metric">a reading</option>
        <option value="alerts">open alerts</option>
        <option value="lines">lines</option>
        <option value="crashes">crashes</option>
      </SelectField>
      {source.from === 'metric' && <MetricField value={source.metric} onPick={(metric) => putSource({ metric })} />}
      {source.from === 'services' && (
        <TextField
          label="In the state"
          hint="Comma-separated; all unless told."
          value={source.state ?? ''}
          onChange={(event) => putSource({ state: event.target.value.trim() })}
        />
      )}
      {source.from === 'lines' && (
        <SelectField
          label="Level"
          value={source.level ?? ''}
          onChange={(event) => putSource({ level: event.target.value })}
        >
          {levels.map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </SelectField>
      )}
      {source.from === 'metric' && (
        <SelectField label="As" value={spec.reduce ?? ''} onChange={(event) => put({ reduce: event.target.value })}>
          <option value="">the last value</option>
          <option value="avg">the mean</option>
          <option value="max">the highest</option>
          <option value="min">the lowest</option>
          <option value="sum">the sum</option>
        </SelectField>
      )}
      <TextField
        label="Amber above"
        inputMode="decimal"
        value={spec.warnAbove ?? ''}
        onChange={(event) => put({ warnAbove: numberOf(event.target.value) })}
      />
      <TextField
        label="Red above"
        inputMode="decimal"
        value={spec.badAbove ?? ''}
        onChange={(event) => put({ badAbove: numberOf(event.target.value) })}
      />
      {(source.from === 'metric' || source.from === 'lines') && (
        <CheckLine
          label="Beside last week"
          checked={spec.lastWeek ?? false}
          onChange={(event) => put({ lastWeek: event.target.checked || undefined })}
        />
      )}
    </div>
  )
}

function MetricField({ value, onPick }: { value: string; onPick: (metric: string) => void }) {
  const list = useId()
  const asked = useQuery({
    queryKey: ['metrics', 'catalogue'],
    queryFn: () => client.metrics.catalogue({}),
    staleTime: 60_000,
  })
  const known = asked.data?.items ?? []
  return (
    <>
      <TextField
        label="Reading"
        list={list}
        className="mono"
        value={value}
        hint={known.find(({ name }) => name === value)?.summary ?? 'A name such as cpu.percent'}
        onChange={(event) => onPick(event.target.value.trim())}
      />
      <datalist id={list}>
        {known.map(({ name, summary }) => (
          <option key={name} value={name}>
            {summary}
          </option>
        ))}
      </datalist>
    </>
  )
}

function AboutFields({ about, onAbout }: { about: Fields; onAbout: (change: Fields) => void }) {
  const id = useId()
  const rows = useRows(services)
  const places = useRows(targets)
  const stacks = [...new Set(rows.flatMap(({ stack }) => stack ?? []))].toSorted()
  const field = (key: 'service' | 'stack' | 'target', label: string, names: readonly string[]) => (
    <div>
      <TextField
        label={label}
        list={`${id}-${key}`}
        value={typeof about[key] === 'string' ? about[key] : ''}
        placeholder="all"
        onChange={(event) => onAbout({ [key]: event.target.value.trim() })}
      />
      <datalist id={`${id}-${key}`}>
        {names.slice(0, 300).map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </div>
  )
  return (
    <div className="grid gap-3 sm:grid-cols-3">
      {field('service', 'Service', [...new Set(rows.map(({ name }) => name))].toSorted())}
      {field('stack', 'Stack', stacks)}
      {field(
        'target',
        'Target',
        places.map(({ name }) => name),
      )}
    </div>
  )
}

type Acts = Extract<WidgetSpec, { kind: 'actions' }>['acts']

function ActField({
  acts,
  onActs,
  onWrong,
}: {
  acts: Acts
  onActs: (acts: Acts) => void
  onWrong: (words: string | null) => void
}) {
  const [text, setText] = useState(() => actLines(acts))
  const { wrong } = actsOf(text)
  return (
    <TextArea
      label="Buttons"
      rows={6}
      className="mono"
      value={text}
      error={wrong}
      hint="One a line: restart web · stop web · start web · rollback shop production · open /logs The logs"
      onChange={(event) => {
        setText(event.target.value)
        const read = actsOf(event.target.value)
        onWrong(read.wrong)
        if (read.wrong === null) onActs(read.acts)
      }}
    />
  )
}
