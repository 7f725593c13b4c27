import { useEffect } from 'react'
import { gettext } from '../lib/i18n'
import { EditorContext, useEditor, useMayDraw, useOutline, useRecord, useSignal } from '../map/hooks'
import { Icon, IconSheetUrl } from '../map/icons'
import type { LiveSocket } from '../sync/liveSocket'
import { openDialog } from '../ui/dialogState'
import { EditorHeader, ShareLink } from '../ui/EditorHeader'
import { peerKey } from '../ui/followPeer'
import { UnsavedTextsDialog } from '../ui/UnsavedTextsDialog'
import { ContactSheet } from './ContactSheet'
import { type Storyboard as Board, StoryboardContext, useStoryboard } from './context'
import { ExportMenu } from './ExportMenu'
import { FilmStrip } from './FilmStrip'
import type { FilmFrame } from './film'
import { FrameHead } from './FrameHead'
import { FramePanel } from './FramePanel'
import { addFrame } from './frameCommands'
import { useFilm } from './hooks'
import { watchStoryboardKeys } from './keyboard'
import type { CastMember } from './library'
import { PaperPlace } from './PaperPlace'
import { Play } from './Play'
import { Shelf } from './Shelf'
import { ToolBar } from './ToolBar'

/** The storyboard of a journey. */
export function Storyboard({ board, live, cast }: { board: Board; live: LiveSocket; cast: readonly CastMember[] }) {
  return (
    <IconSheetUrl value={board.editor.urls['icons'] ?? ''}>
      <EditorContext value={board.editor}>
        <StoryboardContext value={board}>
          <Page live={live} cast={cast} />
        </StoryboardContext>
      </EditorContext>
    </IconSheetUrl>
  )
}

function Page({ live, cast }: { live: LiveSocket; cast: readonly CastMember[] }) {
  const board = useStoryboard()
  const { state } = board
  const film = useFilm()
  const open = useSignal(state.frame)
  const isPlaying = useSignal(state.isPlaying)
  const dialog = useSignal(openDialog)
  const frame = film.find(({ id }) => id === open) ?? film[0]
  useEffect(() => watchStoryboardKeys(board), [board])
  useEffect(() => {
    if (frame && frame.id !== open) state.frame.set(frame.id)
  }, [state, frame, open])
  useEffect(() => {
    live.sendPresence({ sel: frame ? [frame.id] : [] })
    if (frame) history.replaceState(null, '', `${location.pathname}#frame-${frame.id}`)
  }, [live, frame])
  useFollowedPeer()
  return (
    <div className="editor storyboard">
      <EditorHeader view="storyboard" status={board.status}>
        <button
          className="btn"
          aria-label={gettext('Play story')}
          disabled={!film.length}
          onClick={() => state.isPlaying.set(true)}
        >
          <Icon name="play" />
          <span className="top-desktop">{gettext('Play story')}</span>
        </button>
        <ExportMenu frame={frame?.id} />
        <ShareLink />
      </EditorHeader>
      {frame ? <OpenFrame frame={frame} cast={cast} /> : <NoFrames />}
      <FilmStrip />
      {isPlaying && <Play />}
      {dialog?.dialog === 'kept' && <UnsavedTextsDialog />}
    </div>
  )
}

function OpenFrame({ frame, cast }: { frame: FilmFrame; cast: readonly CastMember[] }) {
  const { state } = useStoryboard()
  const item = useRecord(frame.id)
  const mayDraw = useMayDraw()
  const view = useSignal(state.view)
  if (!item) return null
  return (
    <>
      {mayDraw && view === 'frame' && <Shelf cast={cast} />}
      <div className="sb-desk">
        {view === 'sheet' ? (
          <ContactSheet />
        ) : (
          <>
            <FrameHead frame={frame} item={item} mayDraw={mayDraw} />
            <PaperPlace frame={frame.id} item={item} />
            <ToolBar />
          </>
        )}
      </div>
      <FramePanel frame={frame} item={item} mayDraw={mayDraw} />
    </>
  )
}

function NoFrames() {
  const board = useStoryboard()
  const { urls } = useEditor()
  const { columns } = useOutline()
  const mayDraw = useMayDraw()
  return (
    <div className="sb-desk sb-none">
      <div className="empty">
        <h2>{gettext('No frames yet')}</h2>
        {columns.length ? (
          <>
            <p>{gettext('A storyboard shows the journey as a film, with one or more frames for each step.')}</p>
            {mayDraw && (
              <button className="btn btn-pri" onClick={() => addFrame(board)}>
                <Icon name="plus" />
                {gettext('Add the first frame')}
              </button>
            )}
          </>
        ) : (
          <>
            <p>{gettext('Frames belong to the steps of the map. Add steps first.')}</p>
            <a className="btn btn-pri" href={urls['map']}>
              {gettext('Open the map')}
            </a>
          </>
        )}
      </div>
    </div>
  )
}

/** Keep the frame open that the followed person has open. */
function useFollowedPeer(): void {
  const { state, editor } = useStoryboard()
  const followed = useSignal(editor.state.followedPeer)
  const peers = useSignal(editor.peers)
  const frame = [...peers.values()].find((peer) => peerKey(peer) === followed)?.sel[0]
  useEffect(() => {
    if (followed && frame && editor.store.get(frame)?.type === 'frame') state.frame.set(frame)
  }, [state, editor, followed, frame])
}
