import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { AlertAct } from '@wheelhouse/contract'
import { useState } from 'react'
import { client } from '../../../../api/client.ts'
import { services } from '../../../../api/fleet.ts'
import { keys } from '../../../../api/keys.ts'
import { useRows } from '../../../../api/row-store.ts'
import { wordsFor } from '../../../../api/trouble.ts'
import { useActs } from '../../../../acts/use-acts.tsx'
import { Button } from '../../../../ui/control/button.tsx'
import { DestroyDialog } from '../../../../ui/overlay/destroy-dialog.tsx'
import { toast } from '../../../../ui/overlay/toast.tsx'
import { TroubleBox } from '../../../../ui/page/told.tsx'

type Callable = Record<string, Record<string, (input: unknown) => Promise<unknown>>>

/** What may mend it. Each is an operation as any other, asked for with the rights of the person. */
export function AlertActs({ acts }: { acts: readonly AlertAct[] }) {
  const { act, busy } = useActs()
  const rows = useRows(services)
  const cache = useQueryClient()
  const [asking, setAsking] = useState<AlertAct | null>(null)
  const run = useMutation({
    mutationFn: ({ operation, input }: AlertAct) => {
      const [domain = '', verb = ''] = operation.split('.')
      const call = (client as unknown as Callable)[domain]?.[verb]
      if (!call) throw new Error(`There is no operation ${operation}.`)
      return call(input)
    },
    onSuccess: (_, { label }) => {
      toast({ state: 'succeeded', title: `${label}: it is under way` })
      setAsking(null)
      void cache.invalidateQueries({ queryKey: keys.alerts })
    },
  })
  if (acts.length === 0) return null
  return (
    <div className="flex flex-wrap gap-2 pb-3">
      {acts.map((each) => {
        const service = each.operation === 'services.restart' ? rows.find(({ id }) => id === each.input.id) : undefined
        return (
          <Button
            key={`${each.operation} ${JSON.stringify(each.input)}`}
            className="grow-phone"
            title={each.reason}
            busy={service !== undefined && busy?.ids.has(service.id) === true}
            onClick={() => (service ? act('restart', [service]) : setAsking(each))}
          >
            {each.label}
            {service ? '' : '…'}
          </Button>
        )
      })}
      {asking && (
        <DestroyDialog
          title={`${asking.label}?`}
          keep="Leave it as it is"
          act={asking.label}
          busy={run.isPending}
          onAct={() => run.mutate(asking)}
          onClose={() => setAsking(null)}
        >
          {run.error && <TroubleBox trouble={wordsFor(run.error)} />}
          <p>{asking.reason}</p>
        </DestroyDialog>
      )}
    </div>
  )
}
