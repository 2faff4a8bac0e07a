import { useQuery } from '@tanstack/react-query'
import type { ChangeEvent, ReactNode } from 'react'
import { client } from '../../../../api/client.ts'
import { keys } from '../../../../api/keys.ts'
import { SelectField } from '../../../../ui/control/field.tsx'
import type { Draft } from './draft.ts'

interface Props {
  readonly draft: Draft
  readonly text: (field: Exclude<keyof Draft, 'channels' | 'enabled'>, label: string, hint?: string) => ReactNode
  readonly put: (field: keyof Draft) => (event: ChangeEvent<HTMLInputElement | HTMLSelectElement>) => void
}

/** The fields of the kind that was chosen. */
export function ConditionFields({ draft, text, put }: Props) {
  const isMetric = draft.kind === 'metric' || draft.kind === 'change' || draft.kind === 'forecast'
  const catalogue = useQuery({
    queryKey: keys.metricNames,
    queryFn: async () => (await client.metrics.catalogue()).items,
    enabled: isMetric,
    staleTime: 60_000,
  })
  const known = catalogue.data ?? []
  const metric = known.some(({ name }) => name === draft.metric) ? (
    <SelectField label="Metric" value={draft.metric} onChange={put('metric')}>
      {known.map(({ name, summary }) => (
        <option key={name} value={name} title={summary}>
          {name}
        </option>
      ))}
    </SelectField>
  ) : (
    text('metric', 'Metric', 'Such as cpu.percent, memory.percent, target.disk-percent.')
  )
  const compare = (
    <SelectField label="Is" value={draft.compare} onChange={put('compare')}>
      <option value="above">above</option>
      <option value="below">below</option>
    </SelectField>
  )
  const grid = (children: ReactNode) => <div className="grid gap-3 sm:grid-cols-4">{children}</div>
  switch (draft.kind) {
    case 'metric':
      return grid(
        <>
          {metric}
          {compare}
          {text('threshold', 'Threshold')}
          {text('window', 'On average over')}
          {text('clearAt', 'Over only at', 'Empty: at the threshold.')}
        </>,
      )
    case 'change':
      return grid(
        <>
          {metric}
          {text('window', 'Over')}
          {text('before', 'Against')}
          {compare}
          {text('percent', 'Percent', '50 above: half as much again.')}
        </>,
      )
    case 'forecast':
      return grid(
        <>
          {metric}
          {compare}
          {text('threshold', 'Threshold')}
          {text('within', 'Within')}
          {text('window', 'Trend of the last')}
        </>,
      )
    case 'log':
      return grid(
        <>
          {text('words', 'Words', 'Whole words, all of them.')}
          {text('level', 'Levels', 'Such as error, fatal.')}
          {text('regex', 'Pattern')}
          {text('atLeast', 'At least lines')}
          {text('window', 'Within')}
        </>,
      )
    case 'event':
      return grid(
        <>
          {text('types', 'Events', 'Types or their first word, comma-separated.')}
          {text('atLeast', 'At least times')}
          {text('window', 'Within')}
          {text('until', 'Over with', 'Types that end it.')}
        </>,
      )
    case 'state':
      return text('states', 'States', 'failed, degraded, starting; comma-separated.')
    case 'absence':
      return grid(
        <>
          <SelectField label="Nothing of" value={draft.missing} onChange={put('missing')}>
            <option value="readings">readings</option>
            <option value="lines">log lines</option>
            <option value="event">an event</option>
          </SelectField>
          {draft.missing === 'event' && text('types', 'Event', 'Such as backup.created.')}
          {text('window', 'For')}
        </>,
      )
    default:
      return null
  }
}
