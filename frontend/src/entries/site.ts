import { watchCopyButtons } from '../lib/copyButton'
import { watchDialogs } from '../lib/dialogs'
import { watchHtmxErrors } from '../lib/htmxErrors'
import { pageUser } from '../lib/drafts'
import { watchFormDrafts } from '../lib/formDrafts'
import { setUpHtmx } from '../lib/htmx'
import { watchMenus } from '../lib/menus'
import { watchPickers } from '../lib/pickers'
import { watchFocusAfterSwap } from '../lib/restoreFocus'
import { announceSignIn } from '../lib/signIn'
import { watchPagedAnchors } from '../lib/pagedAnchors'
import { watchTheme } from '../lib/theme'
import { watchLocalTimes } from '../lib/localTimes'
import { watchToasts } from '../lib/toasts'

// Every page works without this script, which makes pages faster and adds feedback.
setUpHtmx()
watchDialogs()
watchMenus()
watchToasts()
watchHtmxErrors()
watchLocalTimes() // before the drafts, so that a prefilled date does not count as typed
watchFormDrafts()
watchFocusAfterSwap()
watchTheme()
watchCopyButtons()
watchPagedAnchors()
watchPickers()
announceSignIn(pageUser())
