import { type DragEvent, type ReactNode, startTransition, useEffect, useMemo, useState } from 'react'
import { fold } from '../lib/fold'
import { gettext } from '../lib/i18n'
import { useEditor, useSignal } from '../map/hooks'
import { Icon } from '../map/icons'
import { useStoryboard } from './context'
import { type CastMember, PLACES, PROPS, dataUrl, figurePicture, placePicture, propPicture } from './library'
import type { Placeable } from './state'
import { moveFocus } from './ToolBar'

export const DRAG_TYPE = 'application/x-cxmap-placeable'
const SHORT_CAST = 4 // so that props and places are in view, too
const NO_PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 10"/>'

/** Shelf of cast, props and places. Click an item, press Enter on it or drag it to add it to the frame. */
export function Shelf({ cast }: { cast: readonly CastMember[] }) {
  const hasPictures = useHasOpenedDrawing()
  const [text, setText] = useState('')
  const [hasAll, setAll] = useState(false)
  const wanted = fold(text.trim())
  const isWanted = (...texts: readonly string[]) => !wanted || texts.some((each) => fold(each).includes(wanted))
  const people = cast.filter(({ name, role, words }) => isWanted(name, role, words))
  const props = PROPS.filter(({ label }) => isWanted(label))
  const places = PLACES.filter(({ label }) => isWanted(label))
  return (
    <aside className="sb-shelf" aria-label={gettext('Cast, props and places')}>
      <label className="sb-search">
        <Icon name="search" size="sm" />
        <input
          type="search"
          aria-label={gettext('Find cast, props, places')}
          aria-keyshortcuts="/"
          data-find
          placeholder={gettext('Find')}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      {people.length > 0 && (
        <ShelfSection title={gettext('Cast')} action={<CastLinks cast={cast} />} className="sb-cast">
          {people.slice(0, wanted || hasAll ? undefined : SHORT_CAST).map((member, at) => (
            <Shelved
              key={member.id}
              isFirst={at === 0}
              what={{ kind: 'figure', figure: member.figure }}
              name={member.name}
              note={member.role}
              hasPicture={hasPictures}
            />
          ))}
        </ShelfSection>
      )}
      {!wanted && people.length > SHORT_CAST && (
        <button className="btn btn-quiet btn-sm" aria-expanded={hasAll} onClick={() => setAll(!hasAll)}>
          {hasAll ? gettext('Show fewer') : gettext('Show all {n}', { n: people.length })}
        </button>
      )}
      {props.length > 0 && (
        <ShelfSection title={gettext('Props')} className="sb-props">
          {props.map(({ name, label }, at) => (
            <Shelved
              key={name}
              isFirst={at === 0}
              what={{ kind: 'prop', name }}
              name={label}
              hasPicture={hasPictures}
              isIcon
            />
          ))}
        </ShelfSection>
      )}
      {places.length > 0 && (
        <ShelfSection title={gettext('Places')} className="sb-places">
          {places.map(({ name, label }, at) => (
            <Shelved
              key={name}
              isFirst={at === 0}
              what={{ kind: 'place', name }}
              name={label}
              hasPicture={hasPictures}
            />
          ))}
        </ShelfSection>
      )}
      {!people.length && !props.length && !places.length && <p className="hint">{gettext('No matches.')}</p>}
    </aside>
  )
}

/** Return whether a drawing has been opened. The shelf's pictures wait for it, because they would delay it. */
function useHasOpenedDrawing(): boolean {
  const { state } = useStoryboard()
  const isOpen = useSignal(state.drawing) !== null
  const [hasOpened, setHasOpened] = useState(isOpen)
  useEffect(() => {
    if (isOpen) startTransition(() => setHasOpened(true))
  }, [isOpen])
  return hasOpened
}

/** Links to the forms of the protagonist and of a new persona, for people who may use them. */
function CastLinks({ cast }: { cast: readonly CastMember[] }) {
  const { urls, store, journey } = useEditor()
  const protagonist = cast.find(({ id }) => id === store.get(journey)?.fields['persona'])
  return (
    <span className="sb-links">
      {urls['persona'] && protagonist && (
        <a
          className="btn btn-quiet btn-sm"
          href={urls['persona'].replace('{id}', protagonist.id)}
          aria-label={gettext('Edit look of {name}', { name: protagonist.name })}
        >
          {gettext('Edit look')}
        </a>
      )}
      {urls['personas'] && (
        <a
          className="btn btn-quiet btn-sm btn-icon"
          href={urls['personas']}
          aria-label={gettext('New persona')}
          title={gettext('New persona')}
        >
          <Icon name="plus" />
        </a>
      )}
    </span>
  )
}

function ShelfSection({
  title,
  action,
  className,
  children,
}: {
  title: string
  action?: ReactNode
  className: string
  children: ReactNode
}) {
  return (
    <section>
      <h3>
        {title}
        {action}
      </h3>
      <div className={className} role="toolbar" aria-label={title} onKeyDown={moveFocus}>
        {children}
      </div>
    </section>
  )
}

function Shelved({
  what,
  name,
  note,
  isFirst,
  hasPicture,
  isIcon = false,
}: {
  what: Placeable
  name: string
  note?: string
  isFirst: boolean // arrow keys move the focus to the others
  hasPicture: boolean
  isIcon?: boolean
}) {
  const { state } = useStoryboard()
  const drawing = useSignal(state.drawing)
  const isSelected = useSignal(state.selection)?.figure?.name === name && what.kind === 'figure'
  const url = useMemo(() => dataUrl(hasPicture ? svgOf(what) : NO_PICTURE), [what, hasPicture])
  const onDragStart = (event: DragEvent) => {
    event.dataTransfer.setData(DRAG_TYPE, JSON.stringify(what))
    event.dataTransfer.effectAllowed = 'copy'
  }
  return (
    <button
      className={isSelected ? 'is-on' : ''}
      tabIndex={isFirst ? 0 : -1}
      draggable
      onDragStart={onDragStart}
      aria-disabled={!drawing} // not disabled, so that the shelf can be scrolled by keyboard meanwhile
      title={isIcon ? name : undefined}
      aria-label={isIcon ? name : undefined}
      onClick={() => drawing?.place(what)}
    >
      <img src={url} alt="" draggable={false} />
      {!isIcon && <b dir="auto">{name}</b>}
      {note && <small dir="auto">{note}</small>}
    </button>
  )
}

function svgOf(what: Placeable): string {
  if (what.kind === 'figure') return figurePicture(what.figure).svg
  return (what.kind === 'prop' ? propPicture(what.name) : placePicture(what.name))?.svg ?? ''
}
