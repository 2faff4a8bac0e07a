import { existsSync } from 'node:fs'
import { environment } from '../command.ts'
import { end, healthy, launch, processes } from '../daemon.ts'
import { mark, type Running } from '../place.ts'

/**
 * What a machine of the lab begins with, given its name and the folder of its account files (which may be missing): a
 * `/run` of its own, for Docker keeps sockets there under fixed names, and process 1, which adopts what others leave.
 */
const begin = `
  echo "$1" > /proc/sys/kernel/hostname
  mount -t tmpfs -o mode=755 tmpfs /run
  mkdir -p /run/sshd /run/home
  for file in passwd group shadow; do
    if [ -f "$2/$file" ]; then mount --bind "$2/$file" "/etc/$file"; fi
  done
  touch /run/ready
  sleep infinity & wait
`

/**
 * Starts a process that holds namespaces (network, mounts, processes, name) and does nothing else. All that runs in
 * them ends with it, at once and for certain, as if the machine had lost its power; so do its mounts and cables.
 */
export async function hold(name: string, accounts = '/nonexistent'): Promise<Running> {
  const apart = ['--net', '--mount', '--uts', '--ipc', '--pid', '--fork', '--kill-child', '--mount-proc']
  const args = [...apart, '--propagation', 'slave', 'sh', '-e', '-c', begin, label(name), name, accounts]
  const holder = await launch(name, 'unshare', args, { env: environment })
  await healthy(name, holder, () => {
    if (!existsSync(`/proc/${holder.pid}/root/run/ready`)) throw new Error('not ready')
  })
  return holder
}

/** A command to be run in the namespaces that a process holds. */
export function inNamespace(holder: { pid: number }, command: string, ...args: string[]): [string, string[]] {
  const at = `/proc/${holder.pid}/ns`
  // The holder itself is the parent of the namespace of processes and not in it.
  const spaces = [`--net=${at}/net`, `--mount=${at}/mnt`, `--uts=${at}/uts`, `--ipc=${at}/ipc`]
  return ['nsenter', [...spaces, `--pid=${at}/pid_for_children`, '--', command, ...args]]
}

/** A command to be run on the network that a process holds, in all else on this machine: it may name processes of it. */
export function onNetwork(holder: { pid: number }, command: string, ...args: string[]): [string, string[]] {
  return ['nsenter', [`--net=/proc/${holder.pid}/ns/net`, '--', command, ...args]]
}

/** Ends a holder of which the lab's memory does not know, and waits until it is gone. */
export async function endHolder(name: string): Promise<void> {
  const left = processes().filter(({ command }) => command.includes(label(name)))
  await Promise.all(left.map((running) => end(running, 'SIGKILL')))
}

function label(name: string): string {
  return `whlab-${mark}-${name}`
}
