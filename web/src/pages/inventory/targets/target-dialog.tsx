import { useMutation } from '@tanstack/react-query'
import type { Target } from '@wheelhouse/contract'
import { useState } from 'react'
import { FormDialog } from '../../../acts/form-dialog.tsx'
import { client } from '../../../api/client.ts'
import { targets } from '../../../api/fleet.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { CheckLine, TextArea, TextField } from '../../../ui/control/field.tsx'
import { useGo } from '../../../ui/control/link.tsx'
import { bytes, millis } from '../../../ui/format/number.ts'
import { toast } from '../../../ui/overlay/toast.tsx'
import { InSight } from '../../../ui/page/in-sight.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { HostKeys } from './host-keys.tsx'

const addressPattern = /^(unix:\/\/\/.+|tcp:\/\/[^/\s]+:\d{1,5}\/?|ssh:\/\/[^\s/]+(\/\S*)?)$/

/** Registers an engine or changes a target. The address is tried before it is kept. */
export function TargetDialog({ target, onClose }: { target: Target | null; onClose: () => void }) {
  const go = useGo()
  const [name, setName] = useState(target?.name ?? '')
  const [address, setAddress] = useState(target?.address ?? '')
  const [tags, setTags] = useState(target?.tags.join(', ') ?? '')
  const [group, setGroup] = useState(target?.group ?? '')
  const [ssh, setSsh] = useState({ privateKey: '', hostKeys: '' })
  const [secure, setSecure] = useState(target?.tls ?? false)
  const [pem, setPem] = useState({ ca: '', cert: '', key: '' })
  const [tried, setTried] = useState(false)
  const registered = target === null || target.origin === 'registered'
  const material = Object.fromEntries(Object.entries(pem).filter(([, text]) => text.trim() !== ''))
  const overSsh = address.trim().startsWith('ssh://')
  const keys = Object.fromEntries(Object.entries(ssh).filter(([, text]) => text.trim() !== ''))
  const withSsh = overSsh && Object.keys(keys).length > 0 ? { ssh: keys } : {}
  const given = secure && !overSsh && Object.keys(material).length > 0
  const wrong: Record<string, string> = {}
  if (name.trim() === '') wrong.name = 'Give it a name, such as berlin-1.'
  if (registered && !addressPattern.test(address.trim()))
    wrong.address = 'Use unix:///path/to/docker.sock, tcp://host:port or ssh://user@host.'
  const tagList = tags
    .split(',')
    .map((tag) => tag.trim())
    .filter(Boolean)

  const probe = useMutation({
    mutationFn: (trust: string | null) =>
      client.targets.probe({
        address: address.trim(),
        ...(given ? { tls: material } : {}),
        ...(trust === null ? withSsh : { ssh: { ...keys, hostKeys: trust } }),
      }),
  })
  const save = useMutation({
    mutationFn: (): Promise<Target> => {
      if (!target)
        return client.targets.register({
          name: name.trim(),
          address: address.trim(),
          tags: tagList,
          ...(group.trim() === '' ? {} : { group: group.trim() }),
          ...(given ? { tls: material } : {}),
          ...withSsh,
        })
      return client.targets.update({
        id: target.id,
        name: name.trim(),
        tags: tagList,
        group: group.trim() === '' ? null : group.trim(),
        ...withSsh,
        ...(registered && address.trim() !== target.address ? { address: address.trim() } : {}),
        ...(given ? { tls: material } : target.tls && !secure ? { tls: null } : {}),
      })
    },
    onSuccess: (row) => {
      targets.set(row)
      toast({ state: 'succeeded', title: target ? `${row.name} changed` : `${row.name} registered` })
      onClose()
      if (!target) go(paths.target(row.id))
    },
  })
  const pemField = (key: 'ca' | 'cert' | 'key', label: string) => (
    <TextArea
      label={label}
      className="mono"
      spellCheck={false}
      placeholder="-----BEGIN"
      value={pem[key]}
      onChange={(event) => setPem({ ...pem, [key]: event.target.value })}
    />
  )
  return (
    <FormDialog
      wide
      title={target ? `Change target ${target.name}` : 'Add a Docker engine'}
      act={target ? 'Save target' : 'Add engine'}
      busy={save.isPending}
      error={save.error}
      wrong={wrong}
      onAct={() => save.mutate()}
      onClose={onClose}
      aside={
        registered && (
          <Button
            busy={probe.isPending}
            onClick={() => {
              setTried(true)
              if (!wrong.address) probe.mutate(null)
            }}
          >
            Try address
          </Button>
        )
      }
    >
      {(words) => (
        <>
          <div className="grid gap-3 sm:grid-cols-2">
            <TextField
              label="Name"
              name="name"
              value={name}
              error={words.name}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setName(event.target.value)}
            />
            {registered && (
              <TextField
                label="Address"
                name="address"
                className="mono"
                hint="unix:///var/run/docker.sock, tcp://10.0.4.12:2376 or ssh://ops@10.0.4.12"
                value={address}
                error={words.address ?? (tried ? wrong.address : undefined)}
                autoComplete="off"
                spellCheck={false}
                onChange={(event) => setAddress(event.target.value)}
              />
            )}
          </div>
          {registered && (
            <>
              {overSsh && (
                <div className="grid gap-3 sm:grid-cols-2">
                  <TextArea
                    label="Private key"
                    className="mono"
                    spellCheck={false}
                    hint="Without a passphrase, made for Wheelhouse alone. Stored encrypted and never shown. Empty: the keys and the agent of the user that runs Wheelhouse."
                    placeholder="-----BEGIN OPENSSH PRIVATE KEY-----"
                    value={ssh.privateKey}
                    onChange={(event) => setSsh({ ...ssh, privateKey: event.target.value })}
                  />
                  <TextArea
                    label="Trusted keys of the host"
                    className="mono"
                    spellCheck={false}
                    hint="Lines of a known_hosts file. Try the address to see what the host shows."
                    value={ssh.hostKeys}
                    onChange={(event) => setSsh({ ...ssh, hostKeys: event.target.value })}
                  />
                </div>
              )}
              {!overSsh && (
                <CheckLine
                  label="Secure it with TLS"
                  hint={
                    target?.tls
                      ? 'Certificates are stored encrypted and never shown. Leave the fields empty to keep them.'
                      : 'For tcp:// addresses. Texts are stored encrypted and never shown again.'
                  }
                  checked={secure}
                  onChange={(event) => setSecure(event.target.checked)}
                />
              )}
              {secure && !overSsh && (
                <div className="grid gap-3 sm:grid-cols-3">
                  {pemField('ca', 'CA certificate, PEM')}
                  {pemField('cert', 'Client certificate, PEM')}
                  {pemField('key', 'Client key, PEM')}
                </div>
              )}
            </>
          )}
          <div className="grid gap-3 sm:grid-cols-2">
            <TextField
              label="Group"
              aside="optional"
              hint="Where it belongs, such as a site or a customer."
              value={group}
              onChange={(event) => setGroup(event.target.value)}
            />
            <TextField
              label="Tags"
              aside="optional"
              hint="Comma-separated, such as berlin, edge."
              value={tags}
              onChange={(event) => setTags(event.target.value)}
            />
          </div>
          {(probe.error !== null || probe.data) && (
            <InSight key={probe.submittedAt}>
              {probe.error && <TroubleBox trouble={wordsFor(probe.error)} />}
              {probe.data?.hostKeys && (
                <HostKeys
                  keys={probe.data.hostKeys}
                  onTrust={(hostKeys) => {
                    setSsh({ ...ssh, hostKeys })
                    probe.mutate(hostKeys)
                  }}
                />
              )}
              {probe.data && (
                <div className={`note ${probe.data.ok ? 'calm' : ''}`} role="status">
                  <Glyph state={probe.data.ok ? 'succeeded' : 'failed'} />
                  <span>
                    {probe.data.ok && probe.data.engine
                      ? `${probe.data.engine.hostname} answers in ${millis(probe.data.tookMs)}: Docker ${probe.data.engine.version}, ${probe.data.engine.cpus} cores, ${bytes(probe.data.engine.memoryBytes)}.`
                      : (probe.data.reason ?? 'It does not answer.')}
                  </span>
                </div>
              )}
            </InSight>
          )}
        </>
      )}
    </FormDialog>
  )
}
