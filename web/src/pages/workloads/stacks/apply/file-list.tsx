import { Plus, X } from 'lucide-react'
import { useId, useRef } from 'react'
import { Button } from '../../../../ui/control/button.tsx'

/** Texts that go along with a stack file, by path as it is written there. */
export type Files = Readonly<Record<string, string>>

/** What env_file names, and the secrets and configs of a stack for a Swarm: taken from this computer, since no server can read it. */
export function FileList({ files, onChange }: { files: Files; onChange: (files: Files) => void }) {
  const input = useRef<HTMLInputElement>(null)
  const hint = useId()
  const entries = Object.entries(files)
  const add = async (chosen: readonly File[]): Promise<void> => {
    const read = await Promise.all(chosen.map(async (file) => [file.name, await file.text()] as const))
    onChange({ ...files, ...Object.fromEntries(read) })
  }
  const rename = (from: string, to: string): void =>
    onChange(Object.fromEntries(entries.map(([path, text]) => [path === from ? to : path, text])))
  return (
    <fieldset className="flex flex-col gap-2" aria-describedby={hint}>
      <legend className="text-ink font-medium">Files</legend>
      <p id={hint} className="text-ink-3">
        What env_file names, and for a Swarm the files of secrets and configs. Give each the path that the stack file
        has.
      </p>
      {entries.map(([path, text], index) => (
        <div key={index} className="flex gap-2 items-center">
          <input
            className="input mono grow"
            aria-label={`Path of file ${index + 1}`}
            value={path}
            spellCheck={false}
            onChange={(event) => rename(path, event.target.value)}
          />
          <span className="text-ink-3">{text.length}</span>
          <Button
            look="ghost"
            icon={X}
            aria-label={`Leave out ${path}`}
            onClick={() => onChange(Object.fromEntries(entries.filter(([one]) => one !== path)))}
          />
        </div>
      ))}
      <div>
        <Button icon={Plus} onClick={() => input.current?.click()}>
          Add files…
        </Button>
        <input
          ref={input}
          type="file"
          multiple
          className="vh"
          tabIndex={-1}
          aria-label="Files from this computer"
          onChange={(event) => {
            void add([...(event.target.files ?? [])])
            event.target.value = ''
          }}
        />
      </div>
    </fieldset>
  )
}
