import ArrowLeftRight from '@lucide/svelte/icons/arrow-left-right'
import Cpu from '@lucide/svelte/icons/cpu'
import FlaskConical from '@lucide/svelte/icons/flask-conical'
import KeyRound from '@lucide/svelte/icons/key-round'
import ListOrdered from '@lucide/svelte/icons/list-ordered'
import Lock from '@lucide/svelte/icons/lock'
import MemoryStick from '@lucide/svelte/icons/memory-stick'
import Rows3 from '@lucide/svelte/icons/rows-3'
import TrendingUp from '@lucide/svelte/icons/trending-up'
import UserPen from '@lucide/svelte/icons/user-pen'
import Waypoints from '@lucide/svelte/icons/waypoints'

const SIGNS: readonly (readonly [RegExp, typeof Rows3])[] = [
  [/gil/i, KeyRound],
  [/process|pool/i, Cpu],
  [/sender|receiver/i, ArrowLeftRight],
  [/memory/i, MemoryStick],
  [/lock/i, Lock],
  [/queue/i, ListOrdered],
  [/coordination/i, Waypoints],
  [/scal/i, TrendingUp],
  [/your own/i, UserPen],
  [/laborator/i, FlaskConical],
]

/** The rail's sign for a chapter: by a word of its title. */
export const chapterIcon = (title: string): typeof Rows3 =>
  SIGNS.find(([words]) => words.test(title))?.[1] ?? Rows3
