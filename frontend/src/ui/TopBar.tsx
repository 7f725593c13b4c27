import { useSyncExternalStore } from 'react'
import { gettext, ngettext } from '../lib/i18n'
import { useEditor, useSignal } from '../map/hooks'
import { Icon } from '../map/icons'
import { EditorHeader, ShareLink } from './EditorHeader'
import { TopBarMenu } from './TopBarMenu'

/** The top bar of the map. */
export function TopBar() {
  const editor = useEditor()
  return (
    <EditorHeader view="map" status={editor.session.state}>
      <PanelButtons />
      <button className="btn top-desktop" onClick={() => editor.ui.open('present')}>
        <Icon name="play" />
        {gettext('Present')}
      </button>
      <ShareLink />
      <TopBarMenu />
    </EditorHeader>
  )
}

function PanelButtons() {
  const { state, comments } = useEditor()
  const panel = useSignal(state.panel)
  const open = useSyncExternalStore(comments.subscribe, () => comments.openThreadCount())
  const toggle = (which: 'comments' | 'history') => state.panel.set(panel === which ? null : which)
  return (
    <>
      <button
        className="btn btn-quiet btn-icon top-desktop"
        title={gettext('History')}
        aria-pressed={panel === 'history'}
        aria-label={gettext('History of this map')}
        onClick={() => toggle('history')}
      >
        <Icon name="clock" />
      </button>
      <button
        className="btn btn-quiet btn-icon"
        title={gettext('Comments')}
        aria-pressed={panel === 'comments'}
        aria-label={open ? ngettext('Comments, {n} open', 'Comments, {n} open', open) : gettext('Comments')}
        onClick={() => toggle('comments')}
      >
        <Icon name="message-square" />
        {open > 0 && <span className="badge">{open}</span>}
      </button>
    </>
  )
}
