/** All of a download as one file, in memory of the browser only. */
export async function readAll(stream: ReadableStream<Uint8Array>): Promise<Blob> {
  return new Response(stream).blob()
}
