import { useMutation } from '@tanstack/react-query'
import type { Service } from '@wheelhouse/contract'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { fieldErrors, wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { CheckLine, TextArea, TextField } from '../../../ui/control/field.tsx'
import { useGo } from '../../../ui/control/link.tsx'
import { Dialog } from '../../../ui/overlay/dialog.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'
import { isReference } from '../images/words.ts'

/** Makes an image of a container as it is now. */
export function CommitDialog({ service, onClose }: { service: Service; onClose: () => void }) {
  const go = useGo()
  const [tag, setTag] = useState(`${service.name.toLowerCase().replaceAll(/[^a-z0-9._-]/g, '-')}:saved`)
  const [comment, setComment] = useState('')
  const [changes, setChanges] = useState('')
  const [pause, setPause] = useState(true)
  const [told, setTold] = useState(false)
  const wrong = isReference(tag.trim()) ? null : 'Use a name such as shop/web:saved.'
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
  const submit = (): void => {
    setTold(true)
    if (wrong === null) commit.mutate()
  }
  return (
    <Dialog
      title={`Make an image of ${service.name}`}
      about="Of its files as they are. Volumes and other mounts are not in it."
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" busy={commit.isPending} onClick={submit}>
            Make image
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {commit.error && <TroubleBox trouble={wordsFor(commit.error)} />}
        <TextField
          label="Name"
          className="mono"
          value={tag}
          error={told ? (wrong ?? fieldErrors(commit.error).tag) : null}
          spellCheck={false}
          autoComplete="off"
          onBlur={() => setTold(true)}
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
      </div>
    </Dialog>
  )
}
