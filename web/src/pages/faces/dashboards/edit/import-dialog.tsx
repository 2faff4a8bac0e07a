import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Dashboard, DashboardFile } from '@wheelhouse/contract'
import { useState } from 'react'
import { FormDialog } from '../../../../acts/form-dialog.tsx'
import { client } from '../../../../api/client.ts'
import { keys } from '../../../../api/keys.ts'
import { CheckLine, TextArea, TextField } from '../../../../ui/control/field.tsx'

const mostBytes = 2_000_000

/** What a text says to be; the server judges whether it is one. */
function readFile(text: string): { file: DashboardFile | null; wrong: string | null } {
  if (text.trim() === '') return { file: null, wrong: 'Choose a file, or paste what one holds.' }
  try {
    const file = JSON.parse(text) as DashboardFile
    return file.wheelhouse === 'dashboard'
      ? { file, wrong: null }
      : { file: null, wrong: 'This is no dashboard of Wheelhouse: "wheelhouse": "dashboard" is missing.' }
  } catch (error) {
    return { file: null, wrong: `This is not JSON: ${(error as Error).message}` }
  }
}

export function ImportDialog({ onMade, onClose }: { onMade: (board: Dashboard) => void; onClose: () => void }) {
  const cache = useQueryClient()
  const [text, setText] = useState('')
  const [replace, setReplace] = useState(false)
  const { file, wrong } = readFile(text)
  const bring = useMutation({
    mutationFn: () => {
      if (!file) throw new Error('There is no file yet.')
      return client.dashboards.import({ file, ...(replace ? { replace } : {}) })
    },
    onSuccess: (board) => {
      void cache.invalidateQueries({ queryKey: keys.dashboards })
      onMade(board)
    },
  })
  return (
    <FormDialog
      wide
      title="Import a dashboard"
      act="Import dashboard"
      busy={bring.isPending}
      error={bring.error}
      wrong={{ text: wrong }}
      onAct={() => bring.mutate()}
      onClose={onClose}
    >
      {(words) => (
        <>
          <TextField
            label="File"
            type="file"
            accept=".json,application/json"
            onChange={(event) => {
              const chosen = event.target.files?.[0]
              if (chosen && chosen.size < mostBytes) void chosen.text().then(setText)
            }}
          />
          <TextArea
            label="Or its text"
            name="text"
            rows={8}
            className="mono"
            value={text}
            error={words.text}
            spellCheck={false}
            onChange={(event) => setText(event.target.value)}
          />
          <CheckLine
            label="Replace the one of mine that has its name"
            checked={replace}
            onChange={(event) => setReplace(event.target.checked)}
          />
        </>
      )}
    </FormDialog>
  )
}
