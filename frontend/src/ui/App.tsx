import { EditorContext } from '../map/hooks'
import { IconSheet } from '../map/marks'
import { Grid } from '../map/Grid'
import type { Editor } from '../commands/command'
import type { Live } from '../sync/live'
import type { Boot } from './build'

/** The whole editor. */
export function App({ boot, editor }: { boot: Boot; editor: Editor; live: Live }) {
  return (
    <IconSheet value={boot.urls['icons'] ?? ''}>
      <EditorContext value={editor}>
        <div className="editor">
          <div className="editor-frame" data-frame>
            <Grid title={boot.title} />
          </div>
        </div>
      </EditorContext>
    </IconSheet>
  )
}
