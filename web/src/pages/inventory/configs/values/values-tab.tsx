import '../configs.css'
import type { ConfigValue } from '@wheelhouse/contract'
import { Plus } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import { client } from '../../../../api/client.ts'
import { Button } from '../../../../ui/control/button.tsx'
import { FilterBox } from '../../../../ui/control/filter-box.tsx'
import { plural } from '../../../../ui/format/number.ts'
import { Panel } from '../../../../ui/page/panel.tsx'
import { Empty } from '../../../../ui/page/told.tsx'
import { AddValue } from './add-value.tsx'
import { ChangeDialog } from '../change-dialog.tsx'
import type { WholeConfig } from '../whole-config.ts'
import { ProblemList } from '../problem-list.tsx'
import { useConfigCheck } from '../use-config-check.ts'
import { ValueRow } from './value-row.tsx'

const without = <T,>(from: Readonly<Record<string, T>>, key: string): Record<string, T> =>
  Object.fromEntries(Object.entries(from).filter(([name]) => name !== key))

/** Every value with its rule and help. Changes are gathered, checked as they are typed, and saved together. */
export function ValuesTab({ config, manages }: { config: WholeConfig; manages: boolean }) {
  const [edits, setEdits] = useState<Readonly<Record<string, string>>>({})
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set())
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set())
  const [base, setBase] = useState(config.version)
  const [q, setQ] = useState('')
  const [adding, setAdding] = useState(false)
  const [saving, setSaving] = useState(false)
  const known = new Set(config.values.map(({ key }) => key))
  const fresh: ConfigValue[] = Object.keys(edits)
    .filter((key) => !known.has(key))
    .map((key) => ({ key, value: '', secret: false, version: config.version + 1, help: null }))
  const rows = [...config.values, ...fresh]
  const text = useMemo(() => {
    const entries = rows
      .filter(({ key }) => !gone.has(key))
      .map(({ key, value }) => [key, edits[key] ?? value ?? '[secret]'])
    return JSON.stringify(Object.fromEntries(entries))
    // oxlint-disable-next-line react/exhaustive-deps -- rows come from these
  }, [config.values, edits, gone])
  const check = useConfigCheck({ id: config.id, text, format: 'json' })
  const before = new Set(config.problems.map(({ message }) => message))
  const count = new Set([...Object.keys(edits), ...gone]).size
  const wrong = check.problems.filter(({ severity, message }) => severity === 'error' && !before.has(message))
  const reset = (): void => {
    setEdits({})
    setGone(new Set())
    setTouched(new Set())
    setBase(config.version)
  }
  // While nothing is typed the newest version is what one sees and changes.
  if (count === 0 && base !== config.version) setBase(config.version)
  const edit = (key: string, value: string | null): void =>
    setEdits((now) => (value === null ? without(now, key) : { ...now, [key]: value }))
  const remove = (key: string, yes: boolean): void =>
    setGone((now) => {
      const next = new Set(now)
      if (yes && known.has(key)) next.add(key)
      else next.delete(key)
      return next
    })
  const shown = rows.filter(({ key, help }) => `${key} ${help ?? ''}`.toLowerCase().includes(q.toLowerCase()))
  const loose = check.problems.filter(({ key }) => !rows.some((row) => row.key === key))
  const [reviewing, setReviewing] = useState(false)
  const review = (): void => {
    setTouched(new Set(rows.map(({ key }) => key)))
    check.now()
    setReviewing(true)
  }
  // Not before the answer is for what stands there now.
  useEffect(() => {
    if (!reviewing || !check.settled) return
    setReviewing(false)
    if (wrong.length === 0) setSaving(true)
    else document.querySelector<HTMLElement>('.config-row [aria-invalid=true]')?.focus()
  }, [reviewing, check.settled, wrong.length])
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <FilterBox label="Filter values" placeholder="Filter by name or help" value={q} onChange={setQ} />
        {manages && (
          <Button icon={Plus} onClick={() => setAdding(true)}>
            Add a value…
          </Button>
        )}
      </div>
      {base !== config.version && (
        <div className="note warn" role="status">
          <span className="grow">
            Version {config.version} by {config.changedBy} came while you typed. Your changes are made on version {base}
            .
          </span>
          <Button onClick={() => setBase(config.version)}>Make them on version {config.version}</Button>
        </div>
      )}
      <ProblemList problems={loose} trouble={check.error} />
      <Panel
        title="Values"
        meta={shown.length === rows.length ? rows.length : `${shown.length} of ${rows.length}`}
        flush
      >
        {rows.length === 0 && (
          <Empty title="No values yet.">Add one here, or take them from a file under Import and export.</Empty>
        )}
        {rows.length > 0 && shown.length === 0 && (
          <Empty title={`No value matches "${q}".`}>{plural(rows.length, 'value')} hidden.</Empty>
        )}
        {shown.length > 0 && (
          <div role="table" aria-label="Values">
            <div role="row" className="config-row head">
              <span role="columnheader">Name</span>
              <span role="columnheader">Value</span>
              <span role="columnheader">May be</span>
              <span role="columnheader" className="num">
                Since
              </span>
            </div>
            {shown.map((value) => {
              const problem = check.problems.find(({ key }) => key === value.key) ?? null
              const told = problem !== null && (touched.has(value.key) || before.has(problem.message)) ? problem : null
              return (
                <ValueRow
                  key={value.key}
                  configId={config.id}
                  schema={config.schema}
                  value={value}
                  edit={edits[value.key] ?? null}
                  gone={gone.has(value.key)}
                  problem={told}
                  manages={manages}
                  onEdit={(next) => edit(value.key, next)}
                  onGone={(yes) => remove(value.key, yes)}
                  onBlur={() => {
                    setTouched((now) => new Set(now).add(value.key))
                    check.now()
                  }}
                />
              )
            })}
          </div>
        )}
      </Panel>
      {count > 0 && (
        <div className="save-bar" role="region" aria-label="Unsaved changes">
          <span className="text-ink">{plural(count, 'value')} changed, not saved</span>
          {wrong.length > 0 && <span className="err">{plural(wrong.length, 'error')}</span>}
          <span className="ml-auto flex gap-2">
            <Button onClick={reset}>Discard</Button>
            <Button look="primary" busy={reviewing} onClick={review}>
              Review and save…
            </Button>
          </span>
        </div>
      )}
      {adding && (
        <AddValue
          taken={rows.map(({ key }) => key)}
          onAdd={(key, value) => {
            edit(key, value)
            setTouched((now) => new Set(now).add(key))
            setAdding(false)
          }}
          onClose={() => setAdding(false)}
        />
      )}
      {saving && (
        <ChangeDialog
          title={`Save ${config.name}`}
          act={`Save ${plural(count, 'change')}`}
          set={config}
          plan={() => client.configs.save.plan({ id: config.id, set: edits, unset: [...gone], version: base })}
          run={(reason) =>
            client.configs.save({
              id: config.id,
              set: edits,
              unset: [...gone],
              version: base,
              ...(reason ? { reason } : {}),
            })
          }
          onDone={() => {
            setSaving(false)
            reset()
          }}
          onClose={() => setSaving(false)}
        />
      )}
    </div>
  )
}
