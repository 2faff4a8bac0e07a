/** Rough strength, 0 to 4: length counts most. The server has the last word. */
export function strengthOf(password: string): number {
  if (password.length < 12) return password.length >= 8 ? 1 : 0
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^\da-zA-Z]/].filter((kind) => kind.test(password)).length
  const distinct = new Set(password).size
  if (distinct < 6) return 1
  if (password.length >= 20 || (password.length >= 16 && kinds >= 3)) return 4
  return kinds >= 3 ? 3 : 2
}

const words = [
  'Too short yet.',
  'Weak: 12 characters or more are needed.',
  'Good enough. Longer is better.',
  'Strong.',
  'Very strong.',
]

export function Strength({ password }: { password: string }) {
  const level = strengthOf(password)
  return (
    <span className="flex flex-col gap-1.5">
      <span className="strength" aria-hidden>
        {[1, 2, 3, 4].map((step) => (
          <i key={step} className={password !== '' && step <= level ? 'on' : ''} />
        ))}
      </span>
      <span>{password === '' ? 'A few words in a row are easy to keep and hard to guess.' : words[level]}</span>
    </span>
  )
}
