import { useEffect, useRef } from 'react'
import type { Editor } from '../commands/command'
import { Grid } from '../map/Grid'
import { EditorContext, useSignal } from '../map/hooks'
import { IconSheet } from '../map/marks'
import type { Live } from '../sync/live'
import type { Boot } from './build'
import { watchClipboard } from './clipboard'
import { watchCursor } from './focus'
import { Dialogs } from './Dialogs'
import { Footer } from './Footer'
import { watchKeys } from './keyboard'
import { Panels } from './Panels'
import { click, doubleClick } from './pointer'
import { watchPresence } from './presence'
import { Toolbar } from './Toolbar'
import { TopBar } from './TopBar'

/** The whole editor. */
export function App({ boot, editor, live }: { boot: Boot; editor: Editor; live: Live }) {
  return (
    <IconSheet value={boot.urls['icons'] ?? ''}>
      <EditorContext value={editor}>
        <div className="editor">
          <TopBar live={live} />
          <Toolbar />
          <Surface boot={boot} editor={editor} live={live} />
          <Panels />
          <Footer />
          <Dialogs />
        </div>
      </EditorContext>
    </IconSheet>
  )
}

/** The map, and everything that a hand or a keyboard does to it. */
function Surface({ boot, editor, live }: { boot: Boot; editor: Editor; live: Live }) {
  const frame = useRef<HTMLDivElement>(null)
  const carrying = useSignal(editor.view.carrying)
  useEffect(() => {
    const ends = [watchKeys(editor), watchClipboard(editor)]
    if (frame.current) ends.push(watchCursor(editor, frame.current), watchPresence(editor, live, frame.current))
    return () => ends.forEach((end) => end())
  }, [editor, live])
  return (
    <div className={carrying ? 'editor-frame is-carrying' : 'editor-frame'} data-frame ref={frame} onClick={(event) => click(editor, event.nativeEvent)} onDoubleClick={(event) => doubleClick(editor, event.nativeEvent)}>
      <Grid title={boot.title} />
      {carrying && <p className="carry-bar" role="status">Arrow keys or a click choose the cell, Space drops, Esc puts back.</p>}
    </div>
  )
}
