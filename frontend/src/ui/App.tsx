import { useDraggable } from '@dnd-kit/core'
import { type ReactNode, useCallback, useEffect, useRef } from 'react'
import type { Editor } from '../commands/command'
import { Grid } from '../map/Grid'
import { EditorContext, useSignal } from '../map/hooks'
import { IconSheet } from '../map/marks'
import type { Live } from '../sync/live'
import type { Boot } from './build'
import { watchClipboard } from './clipboard'
import { ComparedBar } from './ComparedBar'
import { ContextMenu } from './ContextMenu'
import { focusFirst, watchCursor, watchLost } from './focus'
import { keyOf, watchFollowing } from './following'
import { Dialogs } from './Dialogs'
import { Footer } from './Footer'
import { Drag } from './hands/Drag'
import { watchGround } from './hands/ground'
import { watchPress } from './hands/press'
import { watchLeaving } from './leaving'
import { watchZoom } from './hands/zoom'
import { watchKeys } from './keyboard'
import { Panels } from './Panels'
import { click, doubleClick, leaveText, press } from './pointer'
import { watchPresence } from './presence'
import { watchPrinting } from './printing'
import { watchRegions } from './regions'
import { watchRescue } from './rescue'
import { Toolbar } from './Toolbar'
import { TopBar } from './TopBar'

/** The whole editor. */
export function App({ boot, editor, live }: { boot: Boot; editor: Editor; live: Live }) {
  return (
    <IconSheet value={boot.urls['icons'] ?? ''}>
      <EditorContext value={editor}>
        <div className="editor">
          <TopBar />
          <Toolbar />
          <Drag editor={editor}>
            <Surface editor={editor} live={live}><Grid title={boot.title} /></Surface>
          </Drag>
          <ComparedBar />
          <Panels />
          <Footer />
          <Dialogs />
          <ContextMenu />
        </div>
      </EditorContext>
    </IconSheet>
  )
}

/** The map, and everything that a hand or a keyboard does to it. It is drawn anew with each move of a drag; the map in it is not. */
function Surface({ editor, live, children }: { editor: Editor; live: Live; children: ReactNode }) {
  const frame = useRef<HTMLDivElement>(null)
  const carrying = useSignal(editor.view.carrying)
  const { listeners, setNodeRef } = useDraggable({ id: 'map' })
  const place = useCallback((element: HTMLDivElement | null) => {
    frame.current = element
    setNodeRef(element)
  }, [setNodeRef])
  useEffect(() => {
    const ends = [watchKeys(editor), watchClipboard(editor), watchRegions(), watchRescue(editor), watchLeaving(editor), watchLost(editor)]
    if (frame.current) {
      for (const watch of [watchCursor, watchGround, watchZoom, watchPress, watchFollowing]) ends.push(watch(editor, frame.current))
      ends.push(watchPresence(editor, live, frame.current))
      ends.push(watchPrinting(editor, frame.current))
      focusFirst(editor)
    }
    return () => ends.forEach((end) => end())
  }, [editor, live])
  return (
    <div className={carrying ? 'editor-frame is-carrying' : 'editor-frame'} data-frame ref={place} {...listeners} onMouseDownCapture={(event) => press(editor, event.nativeEvent)} onClickCapture={(event) => leaveText(editor, event.nativeEvent)} onClick={(event) => click(editor, event.nativeEvent)} onDoubleClick={(event) => doubleClick(editor, event.nativeEvent)}>
      {children}
      <Following editor={editor} />
      {carrying && <p className="carry-bar" role="status">Arrow keys or a click choose the cell, Space drops, Esc puts back.</p>}
    </div>
  )
}

function Following({ editor: { view, peers } }: { editor: Editor }) {
  const key = useSignal(view.following)
  const peer = [...useSignal(peers).values()].find((one) => keyOf(one) === key)
  return peer ? <p className="carry-bar" role="status">You follow <bdi>{peer.name}</bdi>. Esc, or a press on the map, ends it.</p> : null
}
