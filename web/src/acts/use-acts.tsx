import type { Service } from '@wheelhouse/contract'
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react'
import { plural } from '../ui/format/number.ts'
import { toast } from '../ui/overlay/toast.tsx'
import { AskDialog } from './ask-dialog.tsx'
import { ResultDialog } from './result-dialog.tsx'
import { paths } from '../paths.ts'
import { useGo } from '../ui/control/link.tsx'
import { runBulk } from './bulk.ts'
import { type ActInput, type ItemResult, runAlone } from './run.ts'
import { actWords, type RunnableAct } from './words.ts'

interface Acts {
  /** Runs at once what can be undone, and asks first for the rest. */
  act(act: RunnableAct, services: readonly Service[]): void
  /** What is at work now, for the button that started it: "Restarting 3 of 12". */
  readonly busy: { readonly act: RunnableAct; readonly ids: ReadonlySet<string>; readonly done: number } | null
}
const Context = createContext<Acts | null>(null)

export function useActs(): Acts {
  const acts = useContext(Context)
  if (!acts) throw new Error('Acts are only there inside the frame.')
  return acts
}

interface Asked {
  readonly act: RunnableAct
  readonly services: readonly Service[]
}

export function ActsProvider({ children }: { children: ReactNode }) {
  const [asked, setAsked] = useState<Asked | null>(null)
  const [results, setResults] = useState<{ act: RunnableAct; items: readonly ItemResult[] } | null>(null)
  const [busy, setBusy] = useState<Acts['busy']>(null)

  const go = useGo()

  const run = useCallback(async (act: RunnableAct, many: readonly Service[], input: ActInput = {}): Promise<void> => {
    const words = actWords[act]
    const ids = new Set(many.map((service) => service.id))
    setBusy({ act, ids, done: 0 })
    const label = many.length === 1 ? `${words.doing} ${many[0]?.name}` : `${words.doing} ${many.length} services`
    const id = toast({ state: 'starting', title: label, stays: true, ...(many.length > 1 ? { progress: 0 } : {}) })
    const [only] = many
    const items =
      act === 'rename' || many.length <= 1
        ? only
          ? [await runAlone(act, only, input)]
          : []
        : await runBulk(act, many, input, (done, job) => {
            setBusy({ act, ids, done })
            toast(
              {
                state: 'starting',
                title: `${words.doing} ${done} of ${many.length}`,
                progress: done / many.length,
                stays: true,
                action: { label: 'Open the job', run: () => go(paths.job(job.id)) },
              },
              id,
            )
          })
    setBusy(null)
    const failed = items.filter((item) => item.error !== null)
    const went = items.filter((item) => item.error === null).map((item) => item.service)
    if (failed.length > 0) {
      const first = failed[0]
      toast(
        {
          state: 'failed',
          title:
            many.length === 1
              ? `${first?.service.name} was not ${words.done}`
              : `${plural(failed.length, 'service')} of ${many.length} not ${words.done}`,
          detail: many.length === 1 ? (first?.error ?? '') : `${first?.service.name}: ${first?.error}`,
          stays: true,
          ...(many.length > 1 ? { action: { label: 'Show each', run: () => setResults({ act, items }) } } : {}),
        },
        id,
      )
      return
    }
    const { undo } = words
    const what = many.length === 1 ? (input.name ?? many[0]?.name ?? '') : plural(many.length, 'service')
    toast(
      {
        state: act === 'stop' || act === 'remove' ? 'stopped' : act === 'pause' ? 'paused' : 'succeeded',
        title: `${what} ${words.done}`,
        ...(undo ? { action: { label: 'Undo', hint: 'Z', run: () => void run(undo, went) } } : {}),
      },
      id,
    )
  }, [])

  const act = useCallback(
    (which: RunnableAct, many: readonly Service[]) => {
      if (many.length === 0) return
      if (actWords[which].asks || (which === 'stop' && many.length > 1)) setAsked({ act: which, services: many })
      else void run(which, many)
    },
    [run],
  )
  const value = useMemo(() => ({ act, busy }), [act, busy])
  return (
    <Context value={value}>
      {children}
      {asked && (
        <AskDialog
          act={asked.act}
          services={asked.services}
          onClose={() => setAsked(null)}
          onRun={(input) => {
            setAsked(null)
            void run(asked.act, asked.services, input)
          }}
        />
      )}
      {results && <ResultDialog act={results.act} items={results.items} onClose={() => setResults(null)} />}
    </Context>
  )
}
