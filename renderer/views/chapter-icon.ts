import ArrowLeftRight from '@lucide/svelte/icons/arrow-left-right'
import FlaskConical from '@lucide/svelte/icons/flask-conical'
import Lock from '@lucide/svelte/icons/lock'
import Rows3 from '@lucide/svelte/icons/rows-3'

/** The rail's sign for a chapter: by a word of its title. */
export function chapterIcon(title: string): typeof Rows3 {
  if (/gil/i.test(title)) return Lock
  if (/sender|queue/i.test(title)) return ArrowLeftRight
  if (/laborator/i.test(title)) return FlaskConical
  return Rows3
}
