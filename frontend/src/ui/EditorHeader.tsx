import { type KeyboardEvent, type ReactNode, useState } from 'react'
import { saveTypedValue } from '../commands/saveTypedValue'
import { gettext, joinList, ngettext } from '../lib/i18n'
import { keyName } from '../lib/keys'
import type { Signal } from '../lib/signal'
import { storableLine } from '../lib/text'
import { useEditor, useMayDraw, useOtherPeers, useRecord, useSignal, useRecordIds } from '../map/hooks'
import { Avatar, Icon } from '../map/icons'
import type { SyncState } from '../sync/session'
import { useCommittedText } from './draftHooks'
import { peerKey as peerKeyOf } from './followPeer'

const STATUS_LABELS: Readonly<Record<string, string>> = {
  draft: gettext('Draft'),
  live: gettext('Live'),
  retired: gettext('Retired'),
}

interface EditorHeaderProps {
  readonly view: 'map' | 'storyboard'
  readonly status: Signal<SyncState>
  readonly children: ReactNode // buttons
}

/** Where the user is, whether everything is saved, who else is here, and links to other views. */
export function EditorHeader({ view, status: sync, children }: EditorHeaderProps) {
  const editor = useEditor()
  const journey = useRecord(editor.journey)
  const status = String(journey?.fields['status'] ?? '')
  const current = (name: string) => (name === view ? 'page' : undefined)
  return (
    <header className="editor-top">
      <nav className="crumbs" aria-label={gettext('Breadcrumb')}>
        <a href={editor.urls['home']}>{gettext('Journeys')}</a>
        <Icon name="chevron-right" size="sm" />
      </nav>
      <TitleField />
      <span className={status === 'live' ? 'chip chip-own' : 'chip'}>
        {status === 'live' && <span className="dot" />}
        <span>{STATUS_LABELS[status]}</span>
      </span>
      <VersionLink />
      <SyncStatus state={sync} />
      <nav className="tabs" aria-label={gettext('Views of this journey')}>
        <a href={editor.urls['list']}>
          <Icon name="list" /> {gettext('List')}
        </a>
        <a href={editor.urls['map']} aria-current={current('map')}>
          <Icon name="map" /> {gettext('Map')}
        </a>
        <a href={editor.urls['storyboard']} aria-current={current('storyboard')}>
          <Icon name="clapperboard" /> {gettext('Storyboard')}
        </a>
        <a href={editor.urls['comments']}>
          <Icon name="message-square" /> {gettext('Comments')}
        </a>
        <a href={editor.urls['history']}>
          <Icon name="history" /> {gettext('History')}
        </a>
      </nav>
      <span className="push row">
        <PeerAvatars />
        {children}
      </span>
    </header>
  )
}

export function ShareLink() {
  const { urls } = useEditor()
  return urls['share'] ? (
    <a className="btn btn-pri top-desktop" href={urls['share']}>
      {gettext('Share')}
    </a>
  ) : null
}

/** The journey's title. A click or Enter opens it for editing. */
function TitleField() {
  const editor = useEditor()
  const { journey: id } = editor
  const mayDraw = useMayDraw()
  const journey = useRecord(id)
  const title = String(journey?.fields['title'] ?? '')
  const [isOpen, setOpen] = useState(false)
  const draft = useCommittedText(`${id} title`, gettext('Journey title'), title, (typed, over) => {
    const text = storableLine(typed)
    if (journey && text && text !== title)
      saveTypedValue(editor, journey, 'title', text, over, gettext('Changed the title'))
  })
  const save = () => {
    draft.commit()
    setOpen(false)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const key = keyName(event)
    if (key === 'Escape') draft.cancel()
    if (key === 'Enter' || key === 'Escape') save()
  }
  if (isOpen)
    return (
      <input
        className="input title-input"
        aria-label={gettext('Title')}
        dir="auto"
        autoFocus
        maxLength={200}
        value={draft.text ?? title}
        onChange={(event) => draft.onType(event.target.value)}
        onBlur={save}
        onKeyDown={onKeyDown}
      />
    )
  return (
    <h1 className="one-line" dir="auto">
      {mayDraw ? (
        <button className="title-text" title={gettext('Rename')} dir="auto" onClick={() => setOpen(true)}>
          {title}
        </button>
      ) : (
        title
      )}
    </h1>
  )
}

/** The map's version number and its names, linked to the history. */
function VersionLink() {
  const { session, store, urls } = useEditor()
  const number = useSignal(session.shownVersion)
  const names = useRecordIds('named_version')
    .map((id) => store.get(id)?.fields)
    .filter((fields) => fields?.['number'] === number)
  return (
    <a className="hint num version" href={urls['history']} title={gettext('History of this map')}>
      <span>{gettext('version {number}', { number })}</span>
      {names.map((fields) => (
        <span key={String(fields?.['name'])}>
          , “<bdi>{String(fields?.['name'])}</bdi>”
        </span>
      ))}
    </a>
  )
}

/** Shows whether everything is saved. */
function SyncStatus({ state: signal }: { state: Signal<SyncState> }) {
  const { unsavedTexts, ui } = useEditor()
  const state = useSignal(signal)
  const textCount = useSignal(unsavedTexts.list).length + useSignal(unsavedTexts.others).length
  return (
    <span className={`sync-status sync-status-${state.kind}`} role="status">
      <Icon name={(state.kind === 'saved' && !textCount) || state.kind === 'saving' ? 'cloud' : 'cloud-off'} />
      {(state.kind !== 'saved' || !textCount) && <span>{syncStatusText(state)}</span>}
      {state.kind !== 'saved' && textCount > 0 && ' '}
      {textCount > 0 && (
        <button className="link" onClick={() => ui.open('kept')}>
          {ngettext('{n} unsaved text', '{n} unsaved texts', textCount)}
        </button>
      )}
    </span>
  )
}

function syncStatusText(state: SyncState): string {
  if (state.kind === 'saved') return gettext('Saved')
  if (state.kind === 'saving') return gettext('Saving…')
  if (state.kind === 'offline')
    return ngettext('Offline, {n} unsent change', 'Offline, {n} unsent changes', state.waiting)
  return state.kind === 'signed-out'
    ? ngettext(
        'Signed out, {n} unsent change. Sign in again in another tab.',
        'Signed out, {n} unsent changes. Sign in again in another tab.',
        state.waiting,
      )
    : ngettext(
        'Someone else is signed in, {n} unsent change. Sign in again as yourself in another tab.',
        'Someone else is signed in, {n} unsent changes. Sign in again as yourself in another tab.',
        state.waiting,
      )
}

function PeerAvatars() {
  const editor = useEditor()
  const following = useSignal(editor.state.followedPeer)
  // Each person appears once, however many windows they have open.
  const peers = [...new Map(useOtherPeers().map((peer) => [peerKeyOf(peer), peer])).values()]
  return (
    <span
      className="avs peers"
      aria-label={
        peers.length ? gettext('Also here: {names}', { names: joinList(peers.map((peer) => peer.name)) }) : undefined
      }
    >
      {peers.slice(0, 4).map((peer) => (
        <button
          key={peer.c}
          title={gettext('Follow {name}', { name: peer.name })}
          aria-pressed={following === peerKeyOf(peer)}
          onClick={() => editor.state.followedPeer.update((now) => (now === peerKeyOf(peer) ? null : peerKeyOf(peer)))}
        >
          <Avatar name={peer.name} />
        </button>
      ))}
      {peers.length > 4 && (
        <span className="chip">
          +<span>{peers.length - 4}</span>
        </span>
      )}
    </span>
  )
}
