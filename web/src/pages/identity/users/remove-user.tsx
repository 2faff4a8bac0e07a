import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { User } from '@wheelhouse/contract'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { useGo } from '../../../ui/control/link.tsx'
import { DestroyDialog } from '../../../ui/overlay/destroy-dialog.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'

export function RemoveUser({ user, onClose }: { user: User; onClose: () => void }) {
  const go = useGo()
  const cache = useQueryClient()
  const remove = useMutation({
    mutationFn: () => client.users.remove({ id: user.id }),
    onSuccess: () => {
      void cache.invalidateQueries({ queryKey: keys.users, exact: true })
      toast({ state: 'stopped', title: `${user.username} removed` })
      go(paths.users())
    },
  })
  return (
    <DestroyDialog
      title={`Remove user ${user.username}?`}
      typeName={user.username}
      keep="Keep user"
      act={`Remove user ${user.username}`}
      busy={remove.isPending}
      onAct={() => remove.mutate()}
      onClose={onClose}
    >
      {remove.error && <TroubleBox trouble={wordsFor(remove.error)} />}
      <p>
        This removes <b>{user.displayName}</b> with all sessions and API tokens. Scripts that use those tokens stop
        working.
      </p>
      <p>
        <b>Kept:</b> what they did stays in the audit log. Disable instead, to keep the account for later.
      </p>
    </DestroyDialog>
  )
}
