import { usage } from '../failure.ts'
import { askSecret, secretFromStdin } from '../prompt.ts'
import type { Shell } from '../shell.ts'
import { type Input, optionKey } from './input.ts'
import type { Flag } from './model.ts'

const label = (flag: Flag): string => {
  const words = flag.name.replaceAll('-', ' ')
  return words[0]?.toUpperCase() + words.slice(1)
}

/** Passwords come from a prompt or from standard input, never from the command line, where `ps` shows them to all. */
export async function addSecrets(
  shell: Shell,
  flags: readonly Flag[],
  options: Record<string, unknown>,
  input: Input,
): Promise<void> {
  const secrets = flags.filter((flag) => flag.kind === 'secret')
  const piped = options.passwordStdin === true
  const asked = secrets.filter((flag) => flag.required || options[optionKey(flag.name)] === true)
  const wanted = asked.length === 0 && piped ? secrets : asked
  for (const flag of wanted) {
    const field = flag.field[0] ?? ''
    if (input[field] !== undefined) continue
    if (piped) {
      input[field] = await secretFromStdin()
      continue
    }
    const typed = await askSecret(shell, `${label(flag)}: `)
    // A new password is typed blind, so it is typed twice; one that there is already shows at once when it is wrong.
    if (!/^(?:current|key$)/i.test(field) && (await askSecret(shell, 'Again: ')) !== typed)
      throw usage('The two are not the same. Nothing was changed.')
    input[field] = typed
  }
}
