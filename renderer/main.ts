import { mount } from 'svelte'
import './theme/base.css'
import './views/controls.css'
import './views/table.css'
import { chooseHost } from './hosts/choose.ts'
import { Session } from './session/session.svelte.ts'
import { theme } from './theme/theme.svelte.ts'
import App from './views/App.svelte'

theme.start()
const session = new Session(await chooseHost(new URLSearchParams(location.search)))
const target = document.getElementById('app')
if (target === null) throw new Error('index.html has no #app')
mount(App, { target, props: { session } })
// What a window has opened to compare is of no use to the next one.
addEventListener('pagehide', ({ persisted }) => {
  if (!persisted) session.comparison.leave()
})
await session.open()
