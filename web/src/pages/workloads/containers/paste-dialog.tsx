import { useMutation } from '@tanstack/react-query'
import type { ContainerDraft } from '@wheelhouse/contract'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { Button } from '../../../ui/control/button.tsx'
import { TextArea } from '../../../ui/control/field.tsx'
import { Dialog } from '../../../ui/overlay/dialog.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'

interface Props {
  readonly onRead: (draft: ContainerDraft, problems: readonly string[]) => void
  readonly onClose: () => void
}

/** Fills the form from a command of a readme, or of somebody's notes. Nothing is run. */
export function PasteDialog({ onRead, onClose }: Props) {
  const [command, setCommand] = useState('')
  const read = useMutation({
    mutationFn: () => client.containers.fromCommand({ command }),
    onSuccess: ({ draft, problems }) => onRead(draft, problems),
  })
  return (
    <Dialog
      wide
      title="Paste a docker run command"
      about="It fills the form, in place of what is there. Nothing is run."
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" busy={read.isPending} disabled={command.trim() === ''} onClick={() => read.mutate()}>
            Fill the form
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {read.error && <TroubleBox trouble={wordsFor(read.error)} />}
        <TextArea
          label="Command"
          className="mono"
          rows={8}
          placeholder="docker run -d --name web -p 8080:80 nginx:1.27"
          value={command}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setCommand(event.target.value)}
        />
      </div>
    </Dialog>
  )
}
