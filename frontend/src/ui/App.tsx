import { useDraggable } from '@dnd-kit/core'
import { type ReactNode, useCallback, useEffect, useRef } from 'react'
import type { Editor } from '../commands/command'
import { gettext } from '../lib/i18n'
import { Grid } from '../map/Grid'
import { Message } from '../map/Message'
import { EditorContext, useSignal } from '../map/hooks'
import { IconSheetUrl } from '../map/icons'
import type { LiveSocket } from '../sync/liveSocket'
import type { EditorBootstrap } from './createEditor'
import { watchClipboard } from './clipboard'
import { ComparisonBar } from './ComparisonBar'
import { ContextMenu } from './ContextMenu'
import { focusFirst, watchCursor, watchLostFocus } from './focus'
import { peerKey, watchFollowedPeer } from './followPeer'
import { Footer } from './Footer'
import { DragLayer } from './pointer/DragLayer'
import { watchPanAndMarquee } from './pointer/panAndMarquee'
import { watchContextMenuTriggers } from './pointer/contextMenuTriggers'
import { watchPageLeave } from './commitOnLeave'
import { watchZoom } from './pointer/zoom'
import { watchKeys } from './keyboard'
import { onClick, onDoubleClick, commitOnOutsideClick, onMouseDown } from './pointer/clicks'
import { watchPresence } from './presence'
import { watchPrinting } from './printing'
import { watchF6 } from './f6Navigation'
import { watchDeletedWhileEditing } from './deletedWhileEditing'
import { Toolbar } from './Toolbar'
import { TopBar } from './TopBar'
import { useOverlays } from './useOverlays'

/** The map editor. */
export function App({ boot, editor, live }: { boot: EditorBootstrap; editor: Editor; live: LiveSocket }) {
  return (
    <IconSheetUrl value={boot.urls['icons'] ?? ''}>
      <EditorContext value={editor}>
        <div className="editor">
          <TopBar />
          <Toolbar />
          <DragLayer editor={editor}>
            <MapFrame editor={editor} live={live}>
              <Grid title={boot.title} />
            </MapFrame>
          </DragLayer>
          <ComparisonBar />
          <Overlay host="PanelHost" />
          <Footer />
          <Overlay host="DialogHost" />
          <ContextMenu />
        </div>
      </EditorContext>
    </IconSheetUrl>
  )
}

/** The open panel or dialog, once their code is loaded. */
function Overlay({ host }: { host: 'PanelHost' | 'DialogHost' }) {
  const Host = useOverlays()?.[host]
  return Host ? <Host /> : null
}

/**
 * The map with its pointer and keyboard handling. It re-renders on every move of a drag; the map inside it does not.
 */
function MapFrame({ editor, live, children }: { editor: Editor; live: LiveSocket; children: ReactNode }) {
  const frame = useRef<HTMLDivElement>(null)
  const carrying = useSignal(editor.state.carried)
  const { listeners, setNodeRef } = useDraggable({ id: 'map' })
  const place = useCallback(
    (element: HTMLDivElement | null) => {
      frame.current = element
      setNodeRef(element)
    },
    [setNodeRef],
  )
  useEffect(() => {
    const cleanups = [
      watchKeys(editor),
      watchClipboard(editor),
      watchF6(),
      watchDeletedWhileEditing(editor),
      watchPageLeave(editor),
      watchLostFocus(editor),
    ]
    if (frame.current) {
      for (const watch of [watchCursor, watchPanAndMarquee, watchZoom, watchContextMenuTriggers, watchFollowedPeer])
        cleanups.push(watch(editor, frame.current))
      cleanups.push(watchPresence(editor, live, frame.current))
      cleanups.push(watchPrinting(editor, frame.current))
      focusFirst(editor)
    }
    return () => cleanups.forEach((cleanup) => cleanup())
  }, [editor, live])
  return (
    <div
      className={carrying ? 'editor-frame is-carrying' : 'editor-frame'}
      data-frame
      ref={place}
      {...listeners}
      onMouseDownCapture={(event) => onMouseDown(editor, event.nativeEvent)}
      onClickCapture={(event) => commitOnOutsideClick(editor, event.nativeEvent)}
      onClick={(event) => onClick(editor, event.nativeEvent)}
      onDoubleClick={(event) => onDoubleClick(editor, event.nativeEvent)}
    >
      {children}
      <FollowingBar editor={editor} />
      {carrying && (
        <p className="carry-bar" role="status">
          {gettext('Choose a cell with the arrow keys or a click. Space drops, Esc cancels.')}
        </p>
      )}
    </div>
  )
}

function FollowingBar({ editor: { state, peers } }: { editor: Editor }) {
  const key = useSignal(state.followedPeer)
  const peer = [...useSignal(peers).values()].find((peer) => peerKey(peer) === key)
  return peer ? (
    <p className="carry-bar" role="status">
      <Message
        text={gettext('You’re following {name}. Press Esc or click the map to stop.')}
        values={{ name: <bdi>{peer.name}</bdi> }}
      />
    </p>
  ) : null
}
