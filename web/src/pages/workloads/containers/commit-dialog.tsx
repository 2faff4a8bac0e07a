import { useMutation } from '@tanstack/react-query'
import type { Service } from '@wheelhouse/contract'
import { useState } from 'react'
import { FormDialog } from '../../../acts/form-dialog.tsx'
import { client } from '../../../api/client.ts'
import { paths } from '../../../paths.ts'
import { CheckLine, TextArea, TextField } from '../../../ui/control/field.tsx'
import { useGo } from '../../../ui/control/link.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { isReference } from '../images/words.ts'

/** Makes an image of a container as it is now. */
export function CommitDialog({ service, onClose }: { service: Service; onClose: () => void }) {
  const go = useGo()
  const [tag, setTag] = useState(`${service.name.toLowerCase().replaceAll(/[^a-z0-9._-]/g, '-')}:saved`)
  const [comment, setComment] = useState('')
  const [changes, setChanges] = useState('')
  const [pause, setPause] = useState(true)
  const wrong = isReference(tag.trim()) ? {} : { tag: 'Use a name such as shop/web:saved.' }
  const instructions = changes.split('\n').filter((line) => line.trim() !== '')
  const commit = useMutation({
    mutationFn: () =>
      client.containers.commit({
        id: service.id,
        tag: tag.trim(),
        ...(comment.trim() ? { comment: comment.trim() } : {}),
        ...(pause ? {} : { pause: false }),
        ...(instructions.length > 0 ? { changes: instructions } : {}),
      }),
    onSuccess: ({ imageId }) => {
      const id = `${service.targetId}:${imageId.replace('sha256:', '').slice(0, 12)}`
      toast({
        state: 'succeeded',
        title: `${tag.trim()} is made of ${service.name}`,
        action: { label: 'Open image', run: () => go(paths.image(id)) },
      })
      onClose()
    },
  })
  return (
    <FormDialog
      title={`Make an image of ${service.name}`}
      about="Of its files as they are. Volumes and other mounts are not in it."
      act="Make image"
      busy={commit.isPending}
      error={commit.error}
      wrong={wrong}
      onAct={() => commit.mutate()}
      onClose={onClose}
    >
      {(words) => (
        <>
          <TextField
            label="Name"
            name="tag"
            className="mono"
            value={tag}
            error={words.tag}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => setTag(event.target.value)}
          />
          <TextField
            label="Comment"
            aside="optional"
            hint="Stands in the history of the image."
            value={comment}
            onChange={(event) => setComment(event.target.value)}
          />
          <TextArea
            label="Instructions"
            aside="optional"
            className="mono"
            hint={'As in a Dockerfile, one a line, such as CMD ["web"] or ENV MODE=production.'}
            rows={2}
            value={changes}
            spellCheck={false}
            onChange={(event) => setChanges(event.target.value)}
          />
          <CheckLine
            label="Freeze it meanwhile"
            hint="Its files then are of one moment. It does not answer for as long."
            checked={pause}
            onChange={(event) => setPause(event.target.checked)}
          />
        </>
      )}
    </FormDialog>
  )
}
