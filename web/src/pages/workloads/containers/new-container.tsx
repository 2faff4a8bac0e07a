import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { useFleetState } from '../../../api/fleet.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { useParam } from '../../../ui/control/use-url.ts'
import { PageHead } from '../../../ui/page/head.tsx'
import { Panel } from '../../../ui/page/panel.tsx'
import { Empty, Skeleton } from '../../../ui/page/told.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { EngineField, useEngineChoice } from '../engine-field.tsx'
import { formOf } from './form/fill.ts'
import { emptyForm, type Form } from './form/form.ts'
import { FormPage } from './form/form-page.tsx'
import { PasteDialog } from './paste-dialog.tsx'

/** A container of a form, of a command that was pasted, or of both. */
export function NewContainer() {
  const fleet = useFleetState()
  const [asked] = useParam('target')
  // Chosen for this container alone: what the lists are narrowed to stays as it is.
  const { engine: target, choose } = useEngineChoice('containers', asked)
  const [image] = useParam('image')
  const [form, setForm] = useState<Form>({ ...emptyForm, image })
  const [unread, setUnread] = useState<readonly string[]>([])
  const [pasting, setPasting] = useState(false)
  const head = (
    <PageHead
      title="New container"
      crumbs={[{ label: 'Services', href: paths.services() }]}
      meta={target && `on ${target.name}`}
      actions={<Button onClick={() => setPasting(true)}>Paste a docker run command…</Button>}
    />
  )
  if (!target)
    return (
      <>
        {head}
        {fleet.phase === 'loading' ? (
          <Skeleton />
        ) : (
          <Empty title="There is no engine on which you may make containers.">
            Someone who manages targets can add one, or allow it on one that is there.
          </Empty>
        )}
      </>
    )
  return (
    <>
      {head}
      <FormPage
        form={form}
        onForm={setForm}
        target={target.id}
        act="Make container"
        plan={(draft) => client.containers.create.plan({ target: target.id, draft })}
        run={(draft) => client.containers.create({ target: target.id, draft })}
        side={
          <Panel title="Where">
            <div className="flex flex-col gap-3">
              <EngineField kind="containers" value={target.id} onChange={choose} />
              {unread.map((problem) => (
                <div key={problem} className="note warn" role="status">
                  <Glyph state="degraded" label="not taken over" />
                  <span>{problem}</span>
                </div>
              ))}
            </div>
          </Panel>
        }
      />
      {pasting && (
        <PasteDialog
          onRead={(draft, problems) => {
            setForm(formOf(draft))
            setUnread(problems)
            setPasting(false)
          }}
          onClose={() => setPasting(false)}
        />
      )}
    </>
  )
}
