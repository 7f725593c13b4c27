import { useCallback, useEffect, useState } from 'react'
import { gettext } from '../lib/i18n'
import { useEditor, useRecord, useSignal } from '../map/hooks'
import { Time } from '../ui/Time'
import type { Id } from '../model/records'
import { errorMessage } from '../sync/api'
import { useStoryboard } from './context'
import type { EarlierPicture } from './drawingApi'

/** What a frame looked like after each of its last sittings, to look at and to return to. Read once it is opened. */
export function EarlierVersions({ frame, mayDraw }: { frame: Id; mayDraw: boolean }) {
  const { api } = useStoryboard()
  const { ui } = useEditor()
  const [isOpen, setOpen] = useState(false)
  const [pictures, setPictures] = useState<readonly EarlierPicture[] | null>(null)
  const [next, setNext] = useState<string | null>(null)
  const record = useRecord(frame)
  const current = record?.fields['picture']
  const load = useCallback(
    (page: string | null) =>
      api.earlierPictures(frame, page).then(
        ({ results, next }) => {
          setPictures((now) => [...(page === null ? [] : (now ?? [])), ...results])
          setNext(next)
        },
        (error: unknown) => ui.toast(errorMessage(error), { kind: 'brk' }),
      ),
    [api, frame, ui],
  )
  useEffect(() => {
    if (isOpen) void load(null)
  }, [isOpen, load, current])
  const earlier = pictures?.filter(({ picture }) => picture !== current)
  return (
    <details className="sb-more" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{gettext('Earlier versions')}</summary>
      {earlier?.length === 0 && next === null && <p className="hint">{gettext('None yet.')}</p>}
      <ol className="sb-earlier">
        {earlier?.map((picture) => (
          <Earlier key={picture.picture} picture={picture} mayDraw={mayDraw} />
        ))}
      </ol>
      {next !== null && (
        <button className="btn btn-sm" onClick={() => void load(next)}>
          {gettext('Show earlier')}
        </button>
      )}
    </details>
  )
}

function Earlier({ picture: { picture, drawn, at, who }, mayDraw }: { picture: EarlierPicture; mayDraw: boolean }) {
  const { urls, ui } = useEditor()
  const drawing = useSignal(useStoryboard().state.drawing)
  const restore = () =>
    void drawing?.restore(drawn).then(
      () => ui.toast(gettext('The earlier version is restored.')),
      (error: unknown) => ui.toast(gettext('Not restored. {reason}', { reason: errorMessage(error) }), { kind: 'brk' }),
    )
  return (
    <li>
      <img className="frame-picture" src={urls['picture']?.replace('{id}', picture)} alt="" loading="lazy" />
      <span>
        <b>
          <bdi>{who}</bdi>
        </b>
        <Time at={at} />
        {mayDraw && (
          <button className="btn btn-sm" disabled={!drawing} onClick={restore}>
            {gettext('Restore')}
          </button>
        )}
      </span>
    </li>
  )
}
