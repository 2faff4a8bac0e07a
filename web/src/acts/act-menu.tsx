import type { Service } from '@wheelhouse/contract'
import { Ellipsis } from 'lucide-react'
import { useState } from 'react'
import { targets } from '../api/fleet.ts'
import { useMay } from '../api/may.ts'
import { actsOf } from '../api/service-acts.ts'
import { useRow } from '../api/row-store.ts'
import { paths } from '../paths.ts'
import { useGo } from '../ui/control/link.tsx'
import { Menu, type MenuEntry } from '../ui/control/menu.tsx'
import { useActs } from './use-acts.tsx'
import { actOrder, actWords, labelOf, logsIcon, type RunnableAct, terminalIcon } from './words.ts'

/** What may be done with a service now. */
export function useAllowedActs(service: Service): ReturnType<typeof actsOf> {
  const may = useMay()
  const target = useRow(targets, service.targetId)
  return actsOf(service, target?.capabilities, may)
}

interface Props {
  readonly service: Service
  /** Leaves out what stands beside it as a button. */
  readonly skip?: readonly RunnableAct[]
  readonly links?: boolean
  /** What else can be done with one of this kind. */
  readonly more?: readonly MenuEntry[]
}

/** The menu of one service. Until it is wanted it is a plain button: a list scrolls past hundreds of them. */
export function ActMenu(props: Props) {
  const [wanted, setWanted] = useState(false)
  if (wanted) return <OpenMenu {...props} />
  return (
    <button
      type="button"
      className="btn btn-ghost btn-icon"
      aria-haspopup="menu"
      aria-label={`Actions for ${props.service.name}`}
      onClick={() => setWanted(true)}
    >
      <Ellipsis className="icon-s" aria-hidden />
    </button>
  )
}

function OpenMenu({ service, skip = [], links = true, more = [] }: Props) {
  const allowed = useAllowedActs(service)
  const { act } = useActs()
  const go = useGo()
  const entries: (MenuEntry | null)[] = []
  if (links) {
    entries.push({ label: 'Logs', icon: logsIcon, hint: 'L', run: () => go(paths.service(service.id, 'logs')) })
    if (allowed.has('exec'))
      entries.push({
        label: 'Terminal',
        icon: terminalIcon,
        hint: 'T',
        run: () => go(paths.service(service.id, 'terminal')),
      })
    entries.push(null)
  }
  if (more.length > 0) entries.push(...more, null)
  for (const each of actOrder) {
    if (!allowed.has(each) || skip.includes(each)) continue
    const words = actWords[each]
    if (each === 'kill') entries.push(null)
    entries.push({
      label: labelOf(each),
      icon: words.icon,
      ...(words.key ? { hint: words.key.toUpperCase() } : {}),
      danger: words.danger ?? false,
      run: () => act(each, [service]),
    })
  }
  const usable = entries.filter((entry, i) => entry !== null || (i > 0 && i < entries.length - 1))
  return (
    <Menu
      opened
      trigger={
        <button type="button" className="btn btn-ghost btn-icon" aria-label={`Actions for ${service.name}`}>
          <Ellipsis className="icon-s" aria-hidden />
        </button>
      }
      entries={
        usable.length > 0 ? usable : [{ label: 'Nothing can be done now', disabled: true, run: () => undefined }]
      }
    />
  )
}
