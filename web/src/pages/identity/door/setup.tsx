import { type FormEvent, useEffect, useState } from 'react'
import { Problem } from '@wheelhouse/client'
import { boot, setUp } from '../../../api/session.ts'
import { fieldErrors, wordsFor } from '../../../api/trouble.ts'
import { Wheel } from '../../../shell/wheel.tsx'
import { Button } from '../../../ui/control/button.tsx'
import { TextField } from '../../../ui/control/field.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { SecretField } from './secret-field.tsx'
import { Strength } from './strength.tsx'

/** The token of the link, taken out of the address at once so that it stays in no history. */
function tokenFromLink(): string {
  const token = new URLSearchParams(window.location.hash.slice(1)).get('token') ?? ''
  if (token !== '') window.history.replaceState(window.history.state, '', window.location.pathname)
  return token
}

const namePattern = /^[a-z0-9][a-z0-9._-]{1,62}$/

/** First the token that only the console shows, then the first administrator. */
export function Setup() {
  const [fromLink] = useState(tokenFromLink)
  const [token, setToken] = useState(fromLink)
  const [step, setStep] = useState<'token' | 'person'>(fromLink === '' ? 'token' : 'person')
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const [told, setTold] = useState<Record<string, string>>({})
  const [refused, setRefused] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  useEffect(() => {
    document.title = 'Set up · Wheelhouse'
  }, [])

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setRefused(null)
    if (step === 'token') {
      if (token.trim() === '') return setTold({ token: 'Paste the token that the server printed.' })
      setTold({})
      return setStep('person')
    }
    const wrong: Record<string, string> = {}
    if (!namePattern.test(username))
      wrong.username = 'Use 2 to 63 small letters, digits, dots or dashes, starting with a letter or digit.'
    if (password.length < 12) wrong.password = `${12 - password.length} more characters, 12 in all.`
    setTold(wrong)
    const first = Object.keys(wrong)[0]
    if (first) return document.querySelector<HTMLInputElement>(`[name=${first}]`)?.focus()
    setBusy(true)
    try {
      await setUp(token.trim(), username, password)
    } catch (error) {
      setBusy(false)
      setTold(fieldErrors(error))
      setRefused(wordsFor(error).what)
      if (error instanceof Problem && error.code === 'SETUP_TOKEN_REFUSED') setStep('token')
      if (error instanceof Problem && error.code === 'SETUP_DONE') void boot()
    }
  }

  return (
    <main className="setup">
      <section className="left">
        <div className="mark mb-0!">
          <Wheel />
          Wheelhouse
        </div>
        <div>
          <h2 className="text-figure! leading-[28px]! pb-2">Make yourself at home</h2>
          <p className="max-w-[46ch]">
            There is no administrator yet. The server printed a token when it started; whoever can read that output may
            set it up. It works once.
          </p>
        </div>
        <div className="code term p-4 whitespace-pre max-w-[560px]">
          {'$ npm start\nCreate the first administrator at\n'}
          <span className="text-degraded-ink">{'  …/setup#token=••••-••••-••••'}</span>
        </div>
      </section>
      <section className="right">
        <p className="meta pb-4">
          <span className={step === 'token' ? 'text-ink font-medium' : ''}>1 Token</span> ·{' '}
          <span className={step === 'person' ? 'text-ink font-medium' : ''}>2 Administrator</span>
        </p>
        <h1 className="pb-5">
          {step === 'token' ? 'Show that you run this server' : 'Create the first administrator'}
        </h1>
        <form className="flex flex-col gap-4" onSubmit={(event) => void submit(event)} noValidate>
          {refused && (
            <div className="note" role="alert">
              <Glyph state="failed" />
              <span>{refused}</span>
            </div>
          )}
          {step === 'token' ? (
            <TextField
              label="Setup token"
              name="token"
              className="mono"
              autoComplete="off"
              spellCheck={false}
              autoFocus
              hint="From the server's output. It is not shown again here."
              value={token}
              error={told.token}
              onChange={(event) => setToken(event.target.value)}
            />
          ) : (
            <>
              <TextField
                label="User name"
                name="username"
                autoComplete="username"
                autoCapitalize="none"
                spellCheck={false}
                autoFocus
                hint="Small letters, digits, dots and dashes. Shown in the audit log."
                value={username}
                error={told.username}
                onChange={(event) => setUsername(event.target.value)}
              />
              <SecretField
                label="Password"
                name="password"
                aside="12 characters or more"
                autoComplete="new-password"
                value={password}
                error={told.password ?? null}
                hint={<Strength password={password} />}
                onChange={setPassword}
              />
            </>
          )}
          <div className="flex items-center gap-3">
            <Button type="submit" look="primary" size="lg" busy={busy}>
              {step === 'token' ? 'Continue' : 'Create administrator'}
            </Button>
            {step === 'person' && (
              <button type="button" className="meta" onClick={() => setStep('token')}>
                Change token
              </button>
            )}
          </div>
        </form>
      </section>
    </main>
  )
}
