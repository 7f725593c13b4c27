import { watchCopy } from '../lib/copy'
import { watchDialogs } from '../lib/dialogs'
import { watchFailures } from '../lib/failures'
import { userOfPage } from '../lib/drafts'
import { watchFormDrafts } from '../lib/form_drafts'
import { setUpHtmx } from '../lib/hypertext'
import { watchMenus } from '../lib/menus'
import { watchFocus } from '../lib/refocus'
import { announceSignIn } from '../lib/sign_in'
import { watchTheme } from '../lib/theme'
import { watchTimes } from '../lib/times'
import { watchToasts } from '../lib/toasts'

// Every page works without this file; with it, it is quicker and says more.
setUpHtmx()
watchDialogs()
watchMenus()
watchToasts()
watchFailures()
watchTimes() // before the drafts: a date that starts today is not typed
watchFormDrafts()
watchFocus()
watchTheme()
watchCopy()
announceSignIn(userOfPage())
