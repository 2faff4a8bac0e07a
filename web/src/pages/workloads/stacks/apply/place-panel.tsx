import { targets } from '../../../../api/fleet.ts'
import { useRows } from '../../../../api/row-store.ts'
import { SelectField, TextArea, TextField } from '../../../../ui/control/field.tsx'
import { Facts, Panel } from '../../../../ui/page/panel.tsx'
import { parseVariables } from '../variables.ts'
import { FileList, type Files } from './file-list.tsx'
import type { Origin } from './stack-origin.ts'

/** Beside the text of a stack: what it is called, where it goes, and what it is read with. Texts as they are typed. */
export interface Place {
  readonly name: string
  readonly target: string
  readonly folder: string
  readonly variables: string
  readonly files: Files
}

export const placeOf = ({ directory, files }: Origin): Place => ({
  name: '',
  target: '',
  folder: directory,
  variables: '',
  files,
})

/** What is sent to be checked, planned and applied. */
export function stackFile(source: string, { name, target, folder, variables, files }: Place, origin: Origin) {
  const { known, draft } = origin
  const values = parseVariables(variables)
  const given = name.trim()
  return {
    source,
    ...(known
      ? { name: known.name, format: known.format, target: known.targetId }
      : { ...(given && { name: given }), ...(target && { target }) }),
    ...(folder && { directory: folder }),
    ...(Object.keys(values).length > 0 && { variables: values }),
    ...(Object.keys(files).length > 0 && { files }),
    ...(draft && { adopt: true }),
  }
}

interface Props {
  readonly place: Place
  readonly known: Origin['known']
  /** As the file names the stack, once it was read. */
  readonly nameInFile: string | null
  readonly onChange: (place: Place) => void
}

export function PlacePanel({ place, known, nameInFile, onChange }: Props) {
  const rows = useRows(targets)
  const set = (change: Partial<Place>): void => onChange({ ...place, ...change })
  return (
    <Panel title="Where and how">
      <div className="flex flex-col gap-3">
        {known ? (
          <Facts rows={[['Target', known.targetName]]} />
        ) : (
          <>
            <TextField
              label="Name"
              hint={nameInFile ? `Empty: ${nameInFile}, from the file.` : 'Empty: the name in the file.'}
              value={place.name}
              spellCheck={false}
              onChange={(event) => set({ name: event.target.value })}
            />
            <SelectField label="Target" value={place.target} onChange={(event) => set({ target: event.target.value })}>
              <option value="">The one that fits the file</option>
              {rows.map((each) => (
                <option key={each.id} value={each.id}>
                  {each.name}
                </option>
              ))}
            </SelectField>
          </>
        )}
        <details>
          <summary className="text-ink font-medium">Folder, variables and files</summary>
          <div className="flex flex-col gap-3 pt-3">
            <TextField
              label="Folder"
              className="mono"
              hint="On the target; relative paths in the file start here."
              value={place.folder}
              spellCheck={false}
              onChange={(event) => set({ folder: event.target.value })}
            />
            <TextArea
              label="Variables"
              className="mono"
              hint="NAME=value, one a line, for ${NAME} in the file."
              value={place.variables}
              spellCheck={false}
              onChange={(event) => set({ variables: event.target.value })}
            />
            <FileList files={place.files} onChange={(files) => set({ files })} />
          </div>
        </details>
      </div>
    </Panel>
  )
}
