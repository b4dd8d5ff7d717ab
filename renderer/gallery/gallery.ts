/**
 * A page that shows every view in every state with made-up runs: for development (`npm run dev`)
 * and for the tests that keep pictures of it. The address picks one from the list, `#live`, or shows
 * it alone: `?entry=live`, with `&theme=light`, and `&width=640&height=360` for its size.
 */
import { mount } from 'svelte'
import '../theme/base.css'
import '../views/controls.css'
import '../views/table.css'
import { theme } from '../theme/theme.svelte.ts'
import Gallery from './Gallery.svelte'

theme.start()
const wanted = new URLSearchParams(location.search).get('theme')
if (wanted === 'light' || wanted === 'dark') theme.choose(wanted)

const target = document.getElementById('gallery')
if (target) mount(Gallery, { target })
