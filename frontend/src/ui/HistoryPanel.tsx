import { type KeyboardEvent, useCallback, useEffect, useState } from 'react'
import { showVersionComparison } from '../commands/compare'
import { gettext, ngettext } from '../lib/i18n'
import { uuid7 } from '../lib/ids'
import { keyName } from '../lib/keys'
import { storableLine } from '../lib/text'
import { useEditor, useMayDraw } from '../map/hooks'
import { Avatar } from '../map/icons'
import { errorMessage } from '../sync/api'
import { Panel } from './Panel'
import { QuotedText } from './QuotedText'
import { Time } from './Time'
import { useDraftText } from './draftHooks'
import { postAndPull } from './postAndPull'

interface Sentence {
  readonly version: number
  readonly at: string
  readonly text: string
}

interface HistoryGroup {
  readonly first: number
  readonly last: number
  readonly at: string
  readonly who: string
  readonly sentences: readonly Sentence[]
}

interface HistoryPage {
  readonly next: string | null
  readonly results: readonly HistoryGroup[]
}

/** The journey's history, newest first. Any version can be opened, compared, named and restored. */
export function HistoryPanel() {
  const { api, journey, session, ui } = useEditor()
  const [groups, setGroups] = useState<readonly HistoryGroup[] | null>(null)
  const [before, setBefore] = useState<number | null>(null)
  const loadPage = useCallback(
    async (from: number | null) => {
      const page = (await api.request(
        `journeys/${journey}/history?limit=20${from === null ? '' : `&before=${from}`}`,
      )) as HistoryPage
      setGroups((now) => [...(from === null ? [] : (now ?? [])), ...page.results])
      setBefore(page.next ? (page.results.at(-1)?.first ?? null) : null)
    },
    [api, journey],
  )
  useEffect(() => void loadPage(null).catch(() => setGroups([])), [loadPage, session])
  return (
    <Panel title={gettext('History')}>
      {groups === null && <p className="skeleton skeleton-text" />}
      {groups?.length === 0 && <p className="soft">{gettext('Couldn’t load the history. Try again in a moment.')}</p>}
      <ol className="history-list">
        {groups?.map((group) => (
          <HistoryEntry key={group.last} group={group} />
        ))}
      </ol>
      {before !== null && (
        <button
          className="btn btn-sm"
          onClick={() =>
            void loadPage(before).catch((error: unknown) => ui.toast(errorMessage(error), { kind: 'brk' }))
          }
        >
          {gettext('Show earlier')}
        </button>
      )}
    </Panel>
  )
}

function HistoryEntry({ group }: { group: HistoryGroup }) {
  const { urls } = useEditor()
  const shown = group.sentences.slice(0, 4)
  return (
    <li>
      <p className="row">
        <Avatar name={group.who} size="sm" />
        <b>
          <bdi>{group.who}</bdi>
        </b>{' '}
        <Time at={group.at} />
      </p>
      {shown.map((sentence) => (
        <p key={sentence.version} className="history-sentence" dir="auto">
          <QuotedText text={sentence.text} />
        </p>
      ))}
      {group.sentences.length > shown.length && (
        <p className="hint history-sentence">
          {ngettext('and {n} more', 'and {n} more', group.sentences.length - shown.length)}
        </p>
      )}
      <p className="history-actions">
        {urls['versions'] && (
          <a
            className="btn btn-quiet btn-sm"
            href={urls['versions'].replace('{n}', String(group.last))}
            title={gettext('Open this version')}
          >
            {gettext('Version {number}', { number: group.last })}
          </a>
        )}
        <CompareButton version={group.last} />
        <NameButton version={group.last} />
        <RestoreButton version={group.last} />
      </p>
    </li>
  )
}

function NameButton({ version }: { version: number }) {
  const { api, journey, ui } = useEditor()
  const mayDraw = useMayDraw()
  const [name, setName] = useDraftText(`version ${version}`, gettext('Name of version {number}', { number: version }))
  const [isOpen, setOpen] = useState(name !== '')
  if (!mayDraw && !name) return null
  if (!isOpen)
    return (
      <button className="btn btn-quiet btn-sm" onClick={() => setOpen(true)}>
        {gettext('Name')}
      </button>
    )
  const close = () => {
    setName('')
    setOpen(false)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const key = keyName(event)
    if (key === 'Enter') save()
    if (key === 'Escape') close()
  }
  const save = () =>
    void api
      .request(`journeys/${journey}/named-versions`, { name: storableLine(name), number: version }, 'POST', {
        'Idempotency-Key': uuid7(),
      })
      .then(
        () => (close(), ui.toast(gettext('Version {number} is now named “{name}”.', { number: version, name }))),
        (error: unknown) =>
          ui.toast(gettext('Name not saved. {reason}', { reason: errorMessage(error) }), { kind: 'brk' }),
      )
  return (
    <>
      <input
        className="input"
        dir="auto"
        autoFocus
        aria-label={gettext('Name for version {number}', { number: version })}
        maxLength={100}
        value={name}
        onChange={(event) => setName(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <button className="btn btn-sm" disabled={!name.trim()} onClick={save}>
        {gettext('Save')}
      </button>
    </>
  )
}

function CompareButton({ version }: { version: number }) {
  const editor = useEditor()
  if (version === editor.session.version) return null
  const compare = () =>
    void showVersionComparison(editor, version).catch(() =>
      editor.ui.toast(gettext('Couldn’t load that version. Try again in a moment.'), { kind: 'brk' }),
    )
  return (
    <button className="btn btn-quiet btn-sm" onClick={compare}>
      {gettext('Compare')}
    </button>
  )
}

function RestoreButton({ version }: { version: number }) {
  const editor = useEditor()
  const { journey, session, ui } = editor
  const mayDraw = useMayDraw()
  if (!mayDraw || version === session.version) return null
  const restore = () =>
    void postAndPull(editor, `journeys/${journey}/restore`, { version }).then(
      () => ui.toast(gettext('Version {number} is restored. Undo to go back.', { number: version })),
      (error: unknown) => ui.toast(gettext('Not restored. {reason}', { reason: errorMessage(error) }), { kind: 'brk' }),
    )
  return (
    <button className="btn btn-quiet btn-sm" onClick={restore}>
      {gettext('Restore')}
    </button>
  )
}
