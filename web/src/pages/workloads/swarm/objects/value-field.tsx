import { useRef } from 'react'
import { Button } from '../../../../ui/control/button.tsx'
import { TextArea } from '../../../../ui/control/field.tsx'
import { bytes } from '../../../../ui/format/number.ts'

/** A value as it was typed, or as a file holds it. */
export interface Value {
  readonly text: string
  readonly file: { readonly name: string; readonly base64: string; readonly sizeBytes: number } | null
}
export const noValue: Value = { text: '', file: null }
const mostBytes = 500_000

/** What is wrong with it; null where it can be sent. */
export function wrongValue({ text, file }: Value): string | null {
  const size = file ? file.sizeBytes : new TextEncoder().encode(text).length
  if (size === 0) return 'Give it a value: type one, or choose a file.'
  return size > mostBytes ? 'It is more than 500 kB, which is what an engine takes.' : null
}

export const sentValue = ({ text, file }: Value): { value: string; encoding?: 'base64' } =>
  file ? { value: file.base64, encoding: 'base64' } : { value: text }

async function read(file: File): Promise<NonNullable<Value['file']>> {
  const whole = new Uint8Array(await file.arrayBuffer())
  let binary = ''
  for (let at = 0; at < whole.length; at += 32_768) binary += String.fromCharCode(...whole.subarray(at, at + 32_768))
  return { name: file.name, base64: btoa(binary), sizeBytes: whole.length }
}

interface Props {
  readonly value: Value
  readonly error: string | null
  readonly onChange: (value: Value) => void
}

export function ValueField({ value, error, onChange }: Props) {
  const input = useRef<HTMLInputElement>(null)
  const { text, file } = value
  return (
    <div className="flex flex-col gap-2">
      <TextArea
        label="Value"
        className="mono"
        hint={file ? 'Typing puts the text in place of the file.' : 'As typed, without a line break added.'}
        rows={file ? 2 : 6}
        value={text}
        placeholder={file ? `${file.name}, ${bytes(file.sizeBytes)}` : undefined}
        error={error}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => onChange({ text: event.target.value, file: null })}
      />
      <input
        ref={input}
        type="file"
        className="vh"
        tabIndex={-1}
        aria-label="File with the value"
        onChange={(event) => {
          const chosen = event.target.files?.[0]
          if (chosen) void read(chosen).then((content) => onChange({ text: '', file: content }))
          event.target.value = ''
        }}
      />
      <span>
        <Button onClick={() => input.current?.click()}>From a file…</Button>
      </span>
    </div>
  )
}
