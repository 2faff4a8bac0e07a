import { chmod, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * What stands between us and a service: a shell that waits for it and writes down how it ended, also while no control plane
 * runs. It leads the session and the group, so a signal to the group reaches both; it outlives all but KILL and STOP, and its
 * child gets the default actions back. A foreground child, because shells let background ones ignore INT and QUIT.
 * `$1` is the run folder, the rest the command; nothing is pasted into this text. `mv` makes the record whole or absent.
 */
const script = `folder=$1
shift
exec 3>&1 4>&2 >/dev/null 2>&1
for signal in HUP INT QUIT USR1 USR2 PIPE ALRM TERM TSTP TTIN TTOU WINCH IO PWR XCPU VTALRM PROF; do
  trap : "$signal"
done
signal=34
while [ "$signal" -le 64 ]; do
  trap : "$signal"
  signal=$((signal + 1))
done
(exec "$@" >&3 2>&4 3>&- 4>&-)
code=$?
printf '%s %s\\n' "$$" "$code" >"$folder/exit.new" && command -p mv -f "$folder/exit.new" "$folder/exit"
exit "$code"
`

/** Puts the script where every release of the control plane finds it; a running shell keeps the file it opened. */
export async function installShim(stateFolder: string): Promise<string> {
  const path = join(stateFolder, 'shim.sh')
  if ((await readFile(path, 'utf8').catch(() => '')) === script) return path
  await writeFile(`${path}.new`, script, { mode: 0o600 })
  await chmod(`${path}.new`, 0o600)
  await rename(`${path}.new`, path)
  return path
}
