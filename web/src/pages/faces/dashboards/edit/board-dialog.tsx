import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Dashboard } from '@wheelhouse/contract'
import { useState } from 'react'
import { FormDialog } from '../../../../acts/form-dialog.tsx'
import { client } from '../../../../api/client.ts'
import { services } from '../../../../api/fleet.ts'
import { keys } from '../../../../api/keys.ts'
import { useMay } from '../../../../api/may.ts'
import { useRows } from '../../../../api/row-store.ts'
import { CheckLine, SelectField, TextField } from '../../../../ui/control/field.tsx'

/** A board from nothing, or from a template. */
export function NewBoard({
  first,
  onMade,
  onClose,
}: {
  first?: string
  onMade: (board: Dashboard) => void
  onClose: () => void
}) {
  const cache = useQueryClient()
  const may = useMay()
  const rows = useRows(services)
  const [template, setTemplate] = useState(first ?? '')
  const [name, setName] = useState('')
  const [about, setAbout] = useState('')
  const [shared, setShared] = useState(false)
  const needs = { service: 'service', stack: 'stack' }[template] as 'service' | 'stack' | undefined
  const asked = needs && about ? { [needs]: about } : {}
  const templates = useQuery({
    queryKey: keys.boardTemplates(asked),
    queryFn: () => client.dashboards.templates(asked),
  })
  const chosen = templates.data?.items.find(({ key }) => key === template)
  const make = useMutation({
    mutationFn: () =>
      client.dashboards.create({
        name: name.trim() || chosen?.file.name || 'Dashboard',
        ...(chosen
          ? { description: chosen.file.description, rangeMs: chosen.file.rangeMs, widgets: chosen.file.widgets }
          : {}),
        ...(shared ? { shared } : {}),
      }),
    onSuccess: (board) => {
      void cache.invalidateQueries({ queryKey: keys.dashboards })
      onMade(board)
    },
  })
  const names =
    needs === 'stack'
      ? [...new Set(rows.flatMap(({ stack }) => stack ?? []))]
      : [...new Set(rows.map((row) => row.name))]
  return (
    <FormDialog
      title="New dashboard"
      act="Make dashboard"
      busy={make.isPending}
      error={make.error ?? templates.error}
      wrong={{ about: needs && about === '' ? `Choose the ${needs} it is to show.` : null }}
      onAct={() => make.mutate()}
      onClose={onClose}
    >
      {(words) => (
        <>
          <SelectField
            label="Begin with"
            value={template}
            hint={chosen?.summary ?? 'An empty board.'}
            onChange={(event) => setTemplate(event.target.value)}
          >
            <option value="">nothing</option>
            {templates.data?.items.map(({ key }) => (
              <option key={key} value={key}>
                {key.replace('-', ' ')}
              </option>
            ))}
          </SelectField>
          {needs && (
            <SelectField
              label={needs === 'service' ? 'Service' : 'Stack'}
              name="about"
              value={about}
              error={words.about}
              onChange={(event) => setAbout(event.target.value)}
            >
              <option value="">choose…</option>
              {names.toSorted().map((each) => (
                <option key={each}>{each}</option>
              ))}
            </SelectField>
          )}
          <TextField
            label="Name"
            name="name"
            value={name}
            placeholder={chosen?.file.name ?? 'Dashboard'}
            maxLength={100}
            autoComplete="off"
            error={words.name}
            onChange={(event) => setName(event.target.value)}
          />
          {may('dashboards.manage') && (
            <CheckLine
              label="Share it"
              hint="Everyone who is signed in may look at it; each sees only what he may see."
              checked={shared}
              onChange={(event) => setShared(event.target.checked)}
            />
          )}
        </>
      )}
    </FormDialog>
  )
}

/** Name, description, and who sees it. */
export function BoardSettings({
  board,
  onSaved,
  onClose,
}: {
  board: Dashboard
  onSaved: (board: Dashboard) => void
  onClose: () => void
}) {
  const may = useMay()
  const [name, setName] = useState(board.name)
  const [description, setDescription] = useState(board.description)
  const [shared, setShared] = useState(board.shared)
  const save = useMutation({
    mutationFn: () =>
      client.dashboards.update({ id: board.id, version: board.version, name: name.trim(), description, shared }),
    onSuccess: onSaved,
  })
  return (
    <FormDialog
      title={`Settings of ${board.name}`}
      act="Save settings"
      busy={save.isPending}
      error={save.error}
      wrong={{ name: name.trim() === '' ? 'Give it a name.' : null }}
      onAct={() => save.mutate()}
      onClose={onClose}
    >
      {(words) => (
        <>
          <TextField
            label="Name"
            name="name"
            value={name}
            maxLength={100}
            error={words.name}
            onChange={(event) => setName(event.target.value)}
          />
          <TextField
            label="Description"
            name="description"
            value={description}
            maxLength={500}
            error={words.description}
            onChange={(event) => setDescription(event.target.value)}
          />
          {may('dashboards.manage') && (
            <CheckLine
              label="Share it"
              hint="Everyone who is signed in may look at it; each sees only what he may see."
              checked={shared}
              onChange={(event) => setShared(event.target.checked)}
            />
          )}
        </>
      )}
    </FormDialog>
  )
}
