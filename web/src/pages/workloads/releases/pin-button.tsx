import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Release } from '@wheelhouse/contract'
import { Pin, PinOff } from 'lucide-react'
import { client } from '../../../api/client.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { Button } from '../../../ui/control/button.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'

/** Keeps a release from being cleaned up, or lets it go with the others again. */
export function PinButton({ release }: { release: Release }) {
  const cache = useQueryClient()
  const pin = useMutation({
    mutationFn: (pinned: boolean) => client.releases.pin({ id: release.id, pinned }),
    onSuccess: ({ pinned }) => {
      toast({
        state: 'succeeded',
        title: `r${release.number} of ${release.stack} is ${pinned ? 'kept until it is unpinned' : 'no longer pinned'}`,
      })
      void cache.invalidateQueries({ queryKey: ['releases'] })
    },
    onError: (error) =>
      toast({ state: 'failed', title: 'The pin did not change', detail: wordsFor(error).what, stays: true }),
  })
  const label = release.pinned ? `Unpin r${release.number}` : `Pin r${release.number}`
  return (
    <Button
      look="ghost"
      icon={release.pinned ? PinOff : Pin}
      aria-label={label}
      title={label}
      busy={pin.isPending}
      onClick={() => pin.mutate(!release.pinned)}
    />
  )
}
