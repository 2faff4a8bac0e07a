interface Picker {
  showSaveFilePicker?: (options: { suggestedName: string }) => Promise<{
    createWritable(): Promise<WritableStream<Uint8Array>>
  }>
}

/**
 * Puts what is streamed into a file. Where the browser lets a page write one, the bytes go straight to the disk; elsewhere it gathers
 * them first. Answers false when the person chose no file.
 */
export async function download(name: string, open: () => Promise<ReadableStream<Uint8Array>>): Promise<boolean> {
  const { showSaveFilePicker } = window as unknown as Picker
  if (showSaveFilePicker) {
    const handle = await showSaveFilePicker({ suggestedName: name }).catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'AbortError') return null
      throw error
    })
    if (handle === null) return false
    await (await open()).pipeTo(await handle.createWritable())
    return true
  }
  const blob = await new Response(await open()).blob()
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
  return true
}
