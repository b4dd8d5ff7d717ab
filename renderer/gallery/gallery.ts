/**
 * A development page that shows every view in every state with made-up data. The address picks
 * one: `#live`, `#zoomed-in`, …; `?theme=light` the theme; `?size=1024x640` is the window's own.
 */
import { mount } from 'svelte'
import '../theme/base.css'
import { theme } from '../theme/theme.svelte.ts'
import Gallery from './Gallery.svelte'

theme.start()
const wanted = new URLSearchParams(location.search).get('theme')
if (wanted === 'light' || wanted === 'dark') theme.choose(wanted)

const target = document.getElementById('gallery')
if (target) mount(Gallery, { target })
