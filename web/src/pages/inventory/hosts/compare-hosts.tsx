import './compare.css'
import type { Target } from '@wheelhouse/contract'
import { Check, ChevronDown } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useMemo } from 'react'
import { reloadFleet, targets, useFleetState } from '../../../api/fleet.ts'
import { useRows } from '../../../api/row-store.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { targetGlyph } from '../../../shell/target-words.ts'
import { Button } from '../../../ui/control/button.tsx'
import { Go } from '../../../ui/control/link.tsx'
import { Segment } from '../../../ui/control/pick.tsx'
import { useParam } from '../../../ui/control/use-url.ts'
import { plural } from '../../../ui/format/number.ts'
import { PageHead } from '../../../ui/page/head.tsx'
import { Empty, Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { differing, type FactGroup, factsOf } from './host-facts.ts'
import { useHosts } from './use-hosts.ts'

/** Hosts side by side, and what differs between them. */
export function CompareHosts() {
  const fleet = useFleetState()
  const all = useRows(targets)
  const [chosen, setChosen] = useParam('hosts')
  const [show, setShow] = useParam('show', 'all')
  const rows = useMemo(() => {
    const wanted = new Set(chosen.split(',').filter(Boolean))
    const engines = all.filter(({ kind }) => kind === 'docker')
    const usual = engines.length > 0 ? engines : all
    const found = wanted.size === 0 ? usual : all.filter(({ id, name }) => wanted.has(id) || wanted.has(name))
    return found.toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
  }, [all, chosen])
  const hosts = useHosts(rows)
  const groups = factsOf(hosts)
  const apart = differing(groups)
  const count = apart.reduce((sum, { facts }) => sum + facts.length, 0)
  const toggle = (target: Target): void => {
    const ids = rows.map(({ id }) => id)
    setChosen((ids.includes(target.id) ? ids.filter((id) => id !== target.id) : [...ids, target.id]).join(','))
  }
  return (
    <>
      <PageHead
        title="Compare hosts"
        crumbs={[{ label: 'Targets', href: paths.targets() }]}
        meta={
          rows.length < 2
            ? 'choose two or more'
            : count === 0
              ? 'nothing differs'
              : count === 1
                ? '1 thing differs'
                : `${count} things differ`
        }
      />
      <div className="toolbar">
        <HostPick all={all} rows={rows} onToggle={toggle} />
        <Segment
          label="Rows"
          value={show}
          onPick={setShow}
          options={[
            { value: 'all', label: 'Everything' },
            { value: 'differing', label: 'What differs' },
          ]}
        />
      </div>
      {fleet.phase === 'failed' && (
        <div className="p-4">
          <TroubleBox trouble={wordsFor(fleet.error)} retry={reloadFleet} />
        </div>
      )}
      {fleet.phase === 'loading' && <Skeleton />}
      {fleet.phase === 'ready' && rows.length === 0 && (
        <Empty title="No host is chosen.">Choose two or more above to see them side by side.</Empty>
      )}
      {rows.length > 0 && show === 'differing' && count === 0 && (
        <Empty title="Nothing differs." action={<Button onClick={() => setShow('all')}>Show everything</Button>}>
          System, engine and way are the same on {rows.map(({ name }) => name).join(', ')}, as far as they tell.
        </Empty>
      )}
      {rows.length > 0 && (show !== 'differing' || count > 0) && (
        <Comparison rows={rows} groups={show === 'differing' ? apart : groups} />
      )}
    </>
  )
}

function HostPick({
  all,
  rows,
  onToggle,
}: {
  all: readonly Target[]
  rows: readonly Target[]
  onToggle: (target: Target) => void
}) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="btn">
        {plural(rows.length, 'host')} of {all.length}
        <ChevronDown className="icon-s" aria-hidden />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="start" sideOffset={6} collisionPadding={8}>
          {all.map((target) => (
            <DropdownMenu.CheckboxItem
              key={target.id}
              className="menu-item"
              checked={rows.includes(target)}
              onSelect={(event) => event.preventDefault()}
              onCheckedChange={() => onToggle(target)}
            >
              <Glyph state={targetGlyph(target)} label={target.state} />
              <span className="cut grow">{target.name}</span>
              {rows.includes(target) && <Check className="icon-s" aria-hidden />}
            </DropdownMenu.CheckboxItem>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

function Comparison({ rows, groups }: { rows: readonly Target[]; groups: readonly FactGroup[] }) {
  return (
    <div className="compare">
      <table aria-label="Hosts side by side">
        <thead>
          <tr>
            <th scope="col">
              <span className="vh">What</span>
            </th>
            {rows.map((target) => (
              <th key={target.id} scope="col">
                <span className="flex items-baseline gap-2">
                  <Glyph state={targetGlyph(target)} label={target.state} />
                  <Go href={paths.target(target.id)} className="name">
                    {target.name}
                  </Go>
                </span>
                {target.state !== 'connected' && (
                  <span className="block text-meta font-normal text-degraded-ink">
                    {target.reason ?? `It is ${target.state}.`}
                  </span>
                )}
              </th>
            ))}
          </tr>
        </thead>
        {groups.map((group) => (
          <tbody key={group.title}>
            <tr className="head">
              <th scope="colgroup" colSpan={rows.length + 1}>
                {group.title}
              </th>
            </tr>
            {group.facts.map((fact) => (
              <tr key={fact.label} className={fact.compared && fact.differs ? 'differs' : undefined}>
                <th scope="row">
                  {fact.label}
                  {fact.compared && fact.differs && <span className="vh">, differs</span>}
                </th>
                {fact.values.map((value, index) => (
                  <td key={rows[index]?.id} className={value === null ? 'text-ink-3' : undefined}>
                    {value ?? '–'}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </div>
  )
}
