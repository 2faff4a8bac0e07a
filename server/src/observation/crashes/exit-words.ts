/** By the convention of shells: 126 and 127 of the shell itself, 128 and a signal above. */
const codes: Readonly<Record<number, string>> = {
  1: 'a general error: the program says so itself, and its last words tell why',
  2: 'wrong use, such as an unknown flag or a file that is not there',
  125: 'the engine could not run it',
  126: 'its command was found and could not be run: no right to, or not a program of this machine',
  127: 'its command was not found',
  128: 'it ended with an exit code that is none',
  255: 'an error outside the range of exit codes',
}
const signals: Readonly<Record<number, string>> = {
  1: 'its terminal was closed (SIGHUP)',
  2: 'interrupted (SIGINT)',
  3: 'asked to quit with a memory dump (SIGQUIT)',
  4: 'an illegal instruction: often a program built for another processor (SIGILL)',
  6: 'aborted: the program gave itself up, often after a failed assertion (SIGABRT)',
  7: 'a memory access that the hardware refused (SIGBUS)',
  8: 'a wrong calculation, such as a division by zero (SIGFPE)',
  9: 'killed, often for want of memory (SIGKILL)',
  11: 'a segmentation fault: it used memory that is not its own (SIGSEGV)',
  13: 'it wrote to a pipe that nobody reads (SIGPIPE)',
  14: 'a timer of its own ran out (SIGALRM)',
  15: 'asked to end (SIGTERM)',
  24: 'its time on the processor was used up (SIGXCPU)',
  31: 'a system call that is not allowed (SIGSYS)',
}

/** What the end of a program says, in words. `null`: nobody saw the code. */
export function exitWords(exitCode: number | null, outOfMemory: boolean): string {
  if (outOfMemory) return 'killed for memory: it, or a process of it, reached its memory limit'
  if (exitCode === null) return 'its exit code was not seen: it ran again before anybody looked'
  if (exitCode < 0) return signals[-exitCode] ?? `ended by signal ${-exitCode}`
  if (exitCode > 128 && exitCode < 128 + 65) return signals[exitCode - 128] ?? `ended by signal ${exitCode - 128}`
  return codes[exitCode] ?? 'a code of the program itself: its own documents tell what it means'
}
