import type { Node } from '@wheelhouse/contract'
import { useState } from 'react'
import { PlannedDialog } from '../../../../acts/planned-dialog.tsx'
import { client } from '../../../../api/client.ts'
import { TextArea } from '../../../../ui/control/field.tsx'
import { readPairs } from '../../volumes/pairs.ts'
import { labelChanges } from './label-changes.ts'

/** Labels of a node, by which services choose where they run. The plan says which tasks have to go by them. */
export function LabelDialog({ node, onDone, onClose }: { node: Node; onDone: () => void; onClose: () => void }) {
  const [text, setText] = useState(
    Object.entries(node.labels)
      .map(([key, value]) => `${key}=${value}`)
      .join('\n'),
  )
  const [told, setTold] = useState(false)
  const read = readPairs(text)
  const labels = labelChanges(node.labels, read.pairs)
  const nothing = Object.keys(labels).length === 0
  const wrong = read.wrong ?? (nothing ? 'Nothing differs yet. Change a line, or cancel.' : null)
  const input = { swarm: node.swarmId, node: node.nodeId, labels }
  return (
    <PlannedDialog
      title={`Labels of ${node.hostname}`}
      about="Services choose nodes by them, such as node.labels.disk == ssd."
      act="Change labels"
      input={JSON.stringify(input)}
      check={() => {
        setTold(true)
        return wrong === null
      }}
      plan={() => client.nodes.update.plan(input)}
      run={() => client.nodes.update(input)}
      onDone={onDone}
      onClose={onClose}
    >
      <TextArea
        label="Labels"
        className="mono"
        hint="One key=value a line. A line that is taken away takes the label away."
        rows={6}
        value={text}
        error={told ? wrong : null}
        spellCheck={false}
        onChange={(event) => setText(event.target.value)}
      />
    </PlannedDialog>
  )
}
