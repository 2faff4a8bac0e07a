import { useMutation } from '@tanstack/react-query'
import type { ContainerDraft } from '@wheelhouse/contract'
import { useState } from 'react'
import { FormDialog } from '../../../acts/form-dialog.tsx'
import { client } from '../../../api/client.ts'
import { TextArea } from '../../../ui/control/field.tsx'

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
    <FormDialog
      wide
      title="Paste a docker run command"
      about="It fills the form, in place of what is there. Nothing is run."
      act="Fill the form"
      busy={read.isPending}
      error={read.error}
      wrong={command.trim() === '' ? { command: 'Paste a command that starts with docker run.' } : {}}
      onAct={() => read.mutate()}
      onClose={onClose}
    >
      {(words) => (
        <TextArea
          label="Command"
          error={words.command}
          className="mono"
          rows={8}
          placeholder="docker run -d --name web -p 8080:80 nginx:1.27"
          value={command}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setCommand(event.target.value)}
        />
      )}
    </FormDialog>
  )
}
