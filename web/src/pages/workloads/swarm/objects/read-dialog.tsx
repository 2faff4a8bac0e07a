import { useQuery } from '@tanstack/react-query'
import type { SwarmObject } from '@wheelhouse/contract'
import { client } from '../../../../api/client.ts'
import { keys } from '../../../../api/keys.ts'
import { wordsFor } from '../../../../api/trouble.ts'
import { Button } from '../../../../ui/control/button.tsx'
import { CopyButton } from '../../../../ui/control/copy.tsx'
import { Dialog } from '../../../../ui/overlay/dialog.tsx'
import { Skeleton, TroubleBox } from '../../../../ui/page/told.tsx'

/** What a config says. */
export function ReadDialog({ object, onClose }: { object: SwarmObject; onClose: () => void }) {
  const asked = useQuery({
    queryKey: keys.swarmConfig(object.swarmId, object.name),
    queryFn: ({ signal }) => client.swarmConfigs.read({ swarm: object.swarmId, name: object.name }, { signal }),
    gcTime: 0,
  })
  const told = asked.data
  return (
    <Dialog
      wide
      title={`Config ${object.name}`}
      {...(told?.encoding === 'base64' ? { about: 'It is no text, so it stands here as base64.' } : {})}
      onClose={onClose}
      foot={
        <>
          {told && <CopyButton text={told.value} look={undefined} />}
          <Button look="primary" onClick={onClose}>
            Close
          </Button>
        </>
      }
    >
      {asked.error && <TroubleBox trouble={wordsFor(asked.error)} retry={() => void asked.refetch()} />}
      {asked.isPending && <Skeleton rows={4} />}
      {told && (
        <section className="code max-h-[60vh] p-3" aria-label={`Text of ${object.name}`} tabIndex={0}>
          <pre className="whitespace-pre-wrap break-words">{told.value}</pre>
        </section>
      )}
    </Dialog>
  )
}
