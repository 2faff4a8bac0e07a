import type { AuditEntry } from '@wheelhouse/contract'
import { CopyButton } from '../../../ui/control/copy.tsx'
import { Facts } from '../../../ui/page/panel.tsx'
import { changedLines } from './changed-lines.ts'

/** One entry in full: what was asked, and what differs afterwards. */
export function AuditDetail({ entry }: { entry: AuditEntry }) {
  const lines = changedLines(entry.before, entry.after)
  return (
    <div className="grid gap-4 border-b border-line bg-sunken px-(--gutter) py-3 lg:grid-cols-3">
      <Facts
        rows={[
          ['Outcome', entry.errorCode ? `${entry.outcome}, ${entry.errorCode}` : entry.outcome],
          ['Time', entry.at],
          ['By', `${entry.via}, ${entry.face}`],
          ['From', entry.ip],
          ['With', entry.userAgent],
          [
            'Request',
            <span key="request" className="mono">
              {entry.requestId}
            </span>,
          ],
        ]}
      />
      <div className="min-w-0">
        <h3 className="pb-1">Asked for</h3>
        {entry.input === null ? (
          <p className="meta">nothing further</p>
        ) : (
          <pre className="code px-3 py-2 whitespace-pre-wrap break-all max-h-72">
            {JSON.stringify(entry.input, null, 2)}
          </pre>
        )}
      </div>
      <div className="min-w-0">
        <div className="flex items-center">
          <h3 className="pb-1">Before and after</h3>
          <span className="ml-auto">
            <CopyButton text={JSON.stringify(entry, null, 2)} label="Copy entry" />
          </span>
        </div>
        {lines.length === 0 ? (
          <p className="meta">no difference was recorded</p>
        ) : (
          <div className="code max-h-72 py-1">
            {lines.map((line) => (
              <div key={`${line.sign}${line.text}`} className={`diff-line ${line.sign === '+' ? 'add' : 'del'}`}>
                <i>{line.sign}</i>
                <span>{line.text}</span>
              </div>
            ))}
          </div>
        )}
      </div>
    </div>
  )
}
