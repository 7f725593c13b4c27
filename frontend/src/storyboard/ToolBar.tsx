import { type ChangeEvent, type KeyboardEvent, useRef } from 'react'
import { flipForRtl } from '../lib/direction'
import { gettext } from '../lib/i18n'
import { keyName } from '../lib/keys'
import { useMayDraw, useSignal } from '../map/hooks'
import { Icon } from '../map/icons'
import { useStoryboard } from './context'
import { useMayComment } from './hooks'
import { startPin } from './commentPins'
import { INKS, type Ink, type Tool, WIDTHS } from './state'

export const TOOLS: readonly (readonly [tool: Tool, name: string, key: string, icon: string])[] = [
  ['select', gettext('Select'), 'V', 'mouse-pointer-2'],
  ['pen', gettext('Pen'), 'P', 'pen'],
  ['marker', gettext('Marker'), 'B', 'brush'],
  ['eraser', gettext('Eraser'), 'E', 'eraser'],
  ['bubble', gettext('Speech bubble'), 'S', 'message-circle'],
  ['text', gettext('Text'), 'T', 'type'],
  ['picture', gettext('Picture'), 'U', 'image'],
  ['comment', gettext('Comment'), 'C', 'message-square'],
]
const WIDTH_NAMES = [gettext('Thin'), gettext('Medium'), gettext('Thick')]
const INK_NAMES: Readonly<Record<Ink, string>> = {
  '#1d2a30': gettext('Ink'),
  '#e8795a': gettext('Coral'),
  '#f4b63f': gettext('Yellow'),
  '#bcd6e6': gettext('Sky'),
  '#8fb0a0': gettext('Sage'),
  '#d9b08c': gettext('Sand'),
  '#ffffff': gettext('White'),
}

/** The tools below the drawing area. Members who can't draw can comment. */
export function ToolBar() {
  const board = useStoryboard()
  const { state } = board
  const mayDraw = useMayDraw()
  const mayComment = useMayComment()
  const tool = useSignal(state.tool)
  const ink = useSignal(state.ink)
  const width = useSignal(state.width)
  const input = useRef<HTMLInputElement>(null)
  const choose = (next: Tool, isByKeyboard: boolean) => {
    if (next === 'picture') input.current?.click()
    else if (next === 'comment' && isByKeyboard) startPin(board)
    else state.tool.set(next)
  }
  const addPicture = (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0]
    event.target.value = ''
    if (file) void state.drawing.get()?.addImage(file)
  }
  return (
    <div className="sb-tools" role="toolbar" aria-label={gettext('Drawing tools')} onKeyDown={moveFocus}>
      {TOOLS.filter(([id]) => (id === 'comment' ? mayComment : mayDraw)).map(([id, name, key, icon]) => (
        <button
          key={id}
          data-tool={id}
          className="sb-tool"
          aria-pressed={tool === id}
          aria-label={name}
          aria-keyshortcuts={key}
          title={`${name} (${key})`}
          onClick={(event) => choose(id, event.detail === 0)}
        >
          <Icon name={icon} size="lg" />
          <kbd aria-hidden="true">{key}</kbd>
        </button>
      ))}
      {mayDraw && (
        <>
          <input
            ref={input}
            className="sr"
            type="file"
            tabIndex={-1}
            aria-label={gettext('Picture')}
            accept="image/png,image/jpeg,image/webp"
            onChange={addPicture}
          />
          <span className="sb-divider" />
          <span className="sb-widths" role="group" aria-label={gettext('Line width')}>
            {WIDTHS.map((value, at) => (
              <button
                key={value}
                aria-pressed={width === value}
                aria-label={WIDTH_NAMES[at]}
                title={WIDTH_NAMES[at]}
                onClick={() => state.width.set(value)}
              >
                <i style={{ inlineSize: 5 + at * 4.5, blockSize: 5 + at * 4.5 }} />
              </button>
            ))}
          </span>
          <span className="sb-divider" />
          <span className="sb-inks" role="group" aria-label={gettext('Ink')}>
            {INKS.map((color) => (
              <button
                key={color}
                aria-pressed={ink === color}
                aria-label={INK_NAMES[color]}
                title={INK_NAMES[color]}
                onClick={() => state.ink.set(color)}
              >
                <i style={{ background: color }} />
              </button>
            ))}
          </span>
        </>
      )}
    </div>
  )
}

/** Arrow keys move the focus within a toolbar. */
export function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const by: Readonly<Record<string, number>> = {
    ArrowRight: flipForRtl(1),
    ArrowDown: 1,
    ArrowLeft: flipForRtl(-1),
    ArrowUp: -1,
  }
  const change = by[keyName(event)]
  if (!change) return
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>('button:not(:disabled)')]
  const next = buttons[buttons.indexOf(document.activeElement as HTMLElement) + change]
  if (!next) return
  event.preventDefault()
  next.focus()
}
