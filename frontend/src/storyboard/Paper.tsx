/** The drawing area of the open frame: Excalidraw without its own menus. Loaded only once a frame is open. */
import '@excalidraw/excalidraw/index.css'
import { Excalidraw } from '@excalidraw/excalidraw'
import type { OrderedExcalidrawElement } from '@excalidraw/excalidraw/element/types'
import type { AppState, BinaryFileData } from '@excalidraw/excalidraw/types'
import { type DragEvent, type SyntheticEvent, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { gettext } from '../lib/i18n'
import { useMayDraw, useRecord } from '../map/hooks'
import type { Id } from '../model/records'
import { errorMessage } from '../sync/api'
import { useStoryboard } from './context'
import { FrameDrawing } from './openDrawing'
import { isPaperKey } from './paperKeys'
import { DRAG_TYPE } from './Shelf'
import type { Placeable } from './state'

const HANDWRITING = '20px "Shantell Sans Variable"'

interface Opened {
  readonly drawing: FrameDrawing
  readonly elements: readonly OrderedExcalidrawElement[]
  readonly files: BinaryFileData[]
}

export default function Paper({ frame }: { frame: Id }) {
  const board = useStoryboard()
  const [opened, setOpened] = useState<Opened | null>(null)
  const drawn = useRecord(frame)?.fields['drawing'] as Id | null | undefined
  const first = useRef(drawn ?? null)
  useEffect(() => {
    const drawing = new FrameDrawing(board, frame, first.current)
    let isOpen = true
    // Excalidraw measures texts, so the handwriting font must be loaded first.
    Promise.all([drawing.open(), document.fonts.load(HANDWRITING)]).then(
      ([scene]) => isOpen && setOpened({ drawing, ...scene }),
      (error: unknown) => board.editor.ui.toast(errorMessage(error), { kind: 'brk' }),
    )
    return () => {
      isOpen = false
      drawing.close()
    }
  }, [board, frame])
  return opened ? <OpenPaper {...opened} /> : null
}

function OpenPaper({ drawing, elements, files }: Opened) {
  const { state } = useStoryboard()
  const mayDraw = useMayDraw()
  const container = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const paper = container.current as HTMLDivElement
    const fit = () => drawing.fit(paper.clientWidth)
    const observer = new ResizeObserver(fit)
    observer.observe(paper)
    window.addEventListener('scroll', fit, { capture: true, passive: true })
    // The paper does not scroll or zoom; the page does.
    const stop = (event: Event) => event.stopPropagation()
    paper.addEventListener('wheel', stop, { capture: true, passive: true })
    return () => {
      observer.disconnect()
      window.removeEventListener('scroll', fit, { capture: true })
      paper.removeEventListener('wheel', stop, { capture: true })
    }
  }, [drawing])
  useLayoutEffect(() => () => drawing.detach(), [drawing]) // runs before Excalidraw is unmounted
  const attach = useCallback(
    (api: Parameters<FrameDrawing['attach']>[0]) => {
      const paper = container.current
      if (!paper) return
      drawing.attach(api, paper)
      drawing.fit(paper.clientWidth)
    },
    [drawing],
  )
  const onDrop = (event: DragEvent) => {
    const at = { x: event.clientX, y: event.clientY }
    const placeable = event.dataTransfer.getData(DRAG_TYPE)
    const [file] = event.dataTransfer.files
    event.preventDefault()
    event.stopPropagation()
    if (placeable) drawing.place(JSON.parse(placeable) as Placeable, at)
    else if (file && mayDraw) void drawing.addImage(file, at)
  }
  const onPaste = (
    event: { clipboardData: DataTransfer | null } & Pick<SyntheticEvent, 'preventDefault' | 'stopPropagation'>,
  ) => {
    const file = event.clipboardData?.files[0]
    if (!file) return
    event.preventDefault()
    event.stopPropagation()
    if (mayDraw) void drawing.addImage(file)
  }
  const swallow = (event: SyntheticEvent) => {
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div
      ref={container}
      className="sb-canvas"
      onDragOverCapture={swallow}
      onDropCapture={onDrop}
      onPasteCapture={onPaste}
      onContextMenuCapture={swallow}
      onDoubleClickCapture={(event) => drawing.hasImageSelected && event.stopPropagation()}
      onKeyDownCapture={(event) => {
        if (!isPaperKey(event.nativeEvent, drawing.hasImageSelected)) event.stopPropagation()
      }}
      onPointerDownCapture={(event) => {
        if (event.button === 0 && drawing.onPointerDown(event)) swallow(event)
        else if (event.button === 1) swallow(event)
      }}
    >
      <Excalidraw
        excalidrawAPI={attach}
        initialData={{ elements, files: Object.fromEntries(files.map((file) => [file.id, file])), appState: INITIAL }}
        onChange={drawing.onChange}
        onPointerUpdate={drawing.onPointerUpdate}
        viewModeEnabled={!mayDraw}
        handleKeyboardGlobally={false}
        detectScroll={false}
        isCollaborating
        aiEnabled={false}
        validateEmbeddable={false}
        theme="light"
        zenModeEnabled
        name={gettext('Frame')}
        autoFocus={state.tool.get() !== 'select'}
      />
    </div>
  )
}

const INITIAL: Partial<AppState> = {
  viewBackgroundColor: 'transparent',
  currentItemRoughness: 0,
  currentItemFontFamily: 5,
}
