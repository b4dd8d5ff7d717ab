/**
 * Electron issue 34905: an ArrayBuffer in the transfer list of a port that leads to another process
 * destroys the whole message. Here the receiver gets null, and the test is told.
 */
const nativePost = MessagePort.prototype.postMessage

export function trapBufferTransfers(
  leadsAway: (port: MessagePort) => boolean,
  tell: (fault: string) => void,
): void {
  MessagePort.prototype.postMessage = function (
    this: MessagePort,
    message: unknown,
    options?: StructuredSerializeOptions | Transferable[],
  ) {
    const transfer = Array.isArray(options) ? options : (options?.transfer ?? [])
    if (!leadsAway(this) || transfer.every((item) => item instanceof MessagePort)) {
      nativePost.call(this, message, { transfer })
      return
    }
    structuredClone(message, { transfer }) // its owner loses it all the same
    tell(
      'ArrayBuffer in the transfer list of a port to another process: data lost (electron#34905)',
    )
    nativePost.call(this, null)
  }
}
