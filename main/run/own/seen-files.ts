import { stat } from 'node:fs/promises'

/** Files of a demo, each with its size and time as they were before it was read; '-': it was not there. */
export type SeenFiles = Readonly<Record<string, string>>

export const signatureOf = (path: string): Promise<string> =>
  stat(path).then(
    ({ size, mtimeMs }) => `${size} ${mtimeMs}`,
    () => '-',
  )

/** They are as they were seen. */
export async function areUnchanged(seen: SeenFiles): Promise<boolean> {
  const same = Object.entries(seen).map(
    async ([path, signature]) => (await signatureOf(path)) === signature,
  )
  return (await Promise.all(same)).every(Boolean)
}
