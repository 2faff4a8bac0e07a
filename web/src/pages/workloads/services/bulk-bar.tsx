import type { Service } from '@wheelhouse/contract'
import { useMemo } from 'react'
import { useActs } from '../../../acts/use-acts.tsx'
import { actWords, type RunnableAct } from '../../../acts/words.ts'
import { targets } from '../../../api/fleet.ts'
import { useMay } from '../../../api/may.ts'
import { actsOf } from '../../../api/service-acts.ts'
import { useRows } from '../../../api/row-store.ts'
import { Button } from '../../../ui/control/button.tsx'
import { Menu } from '../../../ui/control/menu.tsx'
import { listed } from '../../../ui/format/number.ts'
import { Ellipsis } from 'lucide-react'

const verbs: readonly RunnableAct[] = ['start', 'restart', 'stop']
const more: readonly RunnableAct[] = ['pause', 'resume', 'kill', 'remove']

/** Names what is selected; each verb acts on those it fits. */
export function BulkBar({ chosen, onClear }: { chosen: readonly Service[]; onClear: () => void }) {
  const { act, busy } = useActs()
  const may = useMay()
  const targetRows = useRows(targets)
  const fitting = useMemo(() => {
    const capabilities = new Map(targetRows.map((target) => [target.id, target.capabilities]))
    const byAct = new Map<RunnableAct, Service[]>()
    for (const service of chosen)
      for (const each of actsOf(service, capabilities.get(service.targetId), may))
        if (each !== 'exec' && each !== 'rename') byAct.set(each, [...(byAct.get(each) ?? []), service])
    return byAct
  }, [chosen, targetRows, may])
  const label = (each: RunnableAct): string => {
    if (busy?.act === each && busy.ids.size > 1) return `${actWords[each].doing} ${busy.done} of ${busy.ids.size}`
    const fits = fitting.get(each)?.length ?? 0
    const word = each === 'stop' && fits > 1 ? 'Stop…' : actWords[each].verb
    return fits === chosen.length || fits === 0 ? word : `${word} ${fits}`
  }
  return (
    <div className="bulk" role="toolbar" aria-label="Selected services">
      <b className="pl-2 font-medium">{chosen.length} selected</b>
      <span className="meta cut max-w-[220px] hide-phone">
        {listed(
          chosen.map((service) => service.name),
          3,
        )}
      </span>
      {verbs.map((each) => (
        <Button
          key={each}
          icon={actWords[each].icon}
          look={each === 'stop' ? 'danger-quiet' : undefined}
          hint={actWords[each].key?.toUpperCase()}
          disabled={!fitting.has(each)}
          busy={busy?.act === each && busy.ids.size > 1}
          onClick={() => act(each, fitting.get(each) ?? [])}
        >
          {label(each)}
        </Button>
      ))}
      <Menu
        trigger={<Button icon={Ellipsis} aria-label="More for the selected" />}
        entries={more.map((each) => ({
          label: `${actWords[each].verb} ${fitting.get(each)?.length ?? 0}${actWords[each].asks ? '…' : ''}`,
          icon: actWords[each].icon,
          danger: actWords[each].danger ?? false,
          disabled: !fitting.has(each),
          run: () => act(each, fitting.get(each) ?? []),
        }))}
      />
      <Button look="ghost" hint="Esc" onClick={onClear}>
        Clear
      </Button>
    </div>
  )
}
