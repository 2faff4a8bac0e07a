import { Download } from 'lucide-react'
import { useState } from 'react'
import { client } from '../../../../api/client.ts'
import { download } from '../../../../api/download.ts'
import { wordsFor } from '../../../../api/trouble.ts'
import { Button } from '../../../../ui/control/button.tsx'
import { Menu } from '../../../../ui/control/menu.tsx'
import { toast } from '../../../../ui/overlay/toast.tsx'
import { type Ask, saidOf, type Span, whichOf } from './ask.ts'

const formats = [
  { format: 'txt', label: 'Text' },
  { format: 'ndjson', label: 'NDJSON' },
  { format: 'json', label: 'JSON' },
  { format: 'csv', label: 'CSV' },
] as const

/** All that the search finds as a file, oldest first; not only what was scrolled to. */
export function ExportMenu({ ask, span }: { ask: Ask; span: Span }) {
  const [isBusy, setBusy] = useState(false)
  const run = async (format: (typeof formats)[number]['format'], gzip: boolean): Promise<void> => {
    const name = `logs-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}.${format}${gzip ? '.gz' : ''}`
    setBusy(true)
    try {
      const input = { ...saidOf(ask), ...whichOf(ask, span), format, ...(gzip ? { gzip } : {}) }
      if (await download(name, () => client.logHistory.export(input)))
        toast({ state: 'succeeded', title: `${name} is written` })
    } catch (error) {
      toast({ state: 'failed', title: 'The lines were not exported', detail: wordsFor(error).what, stays: true })
    } finally {
      setBusy(false)
    }
  }
  const entries = (gzip: boolean) =>
    formats.map(({ format, label }) => ({
      label: gzip ? `${label}, compressed (.${format}.gz)` : `${label} (.${format})`,
      run: () => void run(format, gzip),
    }))
  return (
    <Menu
      trigger={
        <Button icon={Download} busy={isBusy}>
          Export
        </Button>
      }
      head={<p className="menu-label">All that is found, oldest first</p>}
      entries={[...entries(false), null, ...entries(true)]}
    />
  )
}
