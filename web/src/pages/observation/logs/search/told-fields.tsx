import type { ToldLine } from '@wheelhouse/contract'
import { moment } from '../../../../ui/format/age.ts'
import { Facts } from '../../../../ui/page/panel.tsx'

/** What a line tells by its format: its own time and its fields. Nothing for a plain one that tells no more than it says. */
export function ToldFields({ told }: { told: ToldLine }) {
  const { format, at, message, fields } = told
  const names = Object.keys(fields)
  if (format === 'plain' || (names.length === 0 && message === '')) return null
  return (
    <div className="pt-3">
      <h3 className="pb-1">
        Fields <span className="meta font-normal">read as {format}</span>
      </h3>
      <Facts
        rows={[
          message === '' ? null : ['message', <span key="message">{message}</span>],
          at === null ? null : ['its time', moment(at)],
          ...names.map((name): [string, React.ReactNode] => [
            name,
            <span key={name} className="mono">
              {String(fields[name])}
            </span>,
          ]),
        ]}
      />
    </div>
  )
}
