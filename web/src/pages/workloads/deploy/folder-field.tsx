import { useEffect, useId, useState } from 'react'
import { TextField } from '../../../ui/control/field.tsx'
import { useKnownFolders } from './known-folders.ts'

interface Props {
  readonly value: string
  readonly error?: string | null
  readonly onChange: (directory: string) => void
}

/** A folder on the machine of the control plane; those it knows are offered. Told half a second after the last key. */
export function FolderField({ value, error, onChange }: Props) {
  const id = useId()
  const folders = useKnownFolders()
  const [text, setText] = useState(value)
  useEffect(() => setText(value), [value])
  useEffect(() => {
    if (text.trim() === value) return undefined
    const timer = setTimeout(() => onChange(text.trim()), 500)
    return () => clearTimeout(timer)
  }, [text])
  return (
    <>
      <TextField
        label="Folder"
        className="mono"
        hint="On the machine of the control plane; it holds wheelhouse.yaml."
        placeholder="/srv/shop"
        list={id}
        value={text}
        error={error}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setText(event.target.value)}
        onBlur={() => text.trim() !== value && onChange(text.trim())}
      />
      <datalist id={id}>
        {folders.map((folder) => (
          <option key={folder.directory} value={folder.directory}>
            {folder.name}
          </option>
        ))}
      </datalist>
    </>
  )
}
