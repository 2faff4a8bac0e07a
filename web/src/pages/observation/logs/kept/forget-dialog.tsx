import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { LogSource } from '@wheelhouse/contract'
import { client } from '../../../../api/client.ts'
import { keys } from '../../../../api/keys.ts'
import { wordsFor } from '../../../../api/trouble.ts'
import { moment } from '../../../../ui/format/age.ts'
import { bytes, plural } from '../../../../ui/format/number.ts'
import { DestroyDialog } from '../../../../ui/overlay/destroy-dialog.tsx'
import { toast } from '../../../../ui/overlay/toast.tsx'
import { TroubleBox } from '../../../../ui/page/told.tsx'

interface Props {
  readonly source: LogSource
  readonly onDone?: () => void
  readonly onClose: () => void
}

/** Removes all that is kept of a service. It cannot be had back, so its name is typed. */
export function ForgetDialog({ source, onDone, onClose }: Props) {
  const queries = useQueryClient()
  const { name, targetName, lines, oldestAt, newestAt } = source
  const forget = useMutation({
    mutationFn: () => client.logHistory.forget({ id: source.id }),
    onSuccess: () => {
      toast({ state: 'stopped', title: `The kept lines of ${name} are removed` })
      void queries.invalidateQueries({ queryKey: keys.keptLogs })
      onClose()
      onDone?.()
    },
  })
  return (
    <DestroyDialog
      title={`Forget what is kept of ${name}${targetName === null ? '' : ` on ${targetName}`}?`}
      typeName={name}
      keep="Keep its lines"
      act={`Forget ${name}`}
      busy={forget.isPending}
      onAct={() => forget.mutate()}
      onClose={onClose}
    >
      {forget.error && <TroubleBox trouble={wordsFor(forget.error)} />}
      <p>
        This removes {plural(lines, 'line')}
        {source.bytes > 0 && ` (${bytes(source.bytes)})`}
        {oldestAt !== null && newestAt !== null && `, said from ${moment(oldestAt)} to ${moment(newestAt)}`}. They
        cannot be had back.
      </p>
      <p className="text-ink-3">
        {source.serviceId === null
          ? 'The service is gone: with its lines the list of its lives goes too.'
          : 'Kept: the service itself. What it says from now on is kept on.'}
      </p>
    </DestroyDialog>
  )
}
