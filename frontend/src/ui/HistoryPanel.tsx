import { type KeyboardEvent, useCallback, useEffect, useState } from 'react'
import { compareWithVersion } from '../commands/compare'
import { uuid7 } from '../lib/ids'
import { keyOf } from '../lib/keys'
import { storableLine } from '../lib/text'
import { useEditor, useMayDraw } from '../map/hooks'
import { Avatar } from '../map/marks'
import { reasonFor } from '../sync/api'
import { Panel } from './Panel'
import { Quoting } from './Quoting'
import { Time } from './Time'
import { useDraftText } from './typed'

interface Told {
  readonly version: number
  readonly at: string
  readonly text: string
}

interface Group {
  readonly first: number
  readonly last: number
  readonly at: string
  readonly who: string
  readonly sentences: readonly Told[]
}

interface Page {
  readonly next: string | null
  readonly results: readonly Group[]
}

/** Who did what, the latest first; any version can be looked at, named, and come back. */
export function HistoryPanel() {
  const { api, journey, session, prompts } = useEditor()
  const [groups, setGroups] = useState<readonly Group[] | null>(null)
  const [before, setBefore] = useState<number | null>(null)
  const read = useCallback(async (from: number | null) => {
    const page = (await api.ask(`journeys/${journey}/history?limit=20${from === null ? '' : `&before=${from}`}`)) as Page
    setGroups((now) => [...(from === null ? [] : (now ?? [])), ...page.results])
    setBefore(page.next ? (page.results.at(-1)?.first ?? null) : null)
  }, [api, journey])
  useEffect(() => void read(null).catch(() => setGroups([])), [read, session])
  return (
    <Panel title="History">
      {groups === null && <p className="skeleton skeleton-text" />}
      {groups?.length === 0 && <p className="soft">The history cannot be read just now.</p>}
      <ol className="history-list">{groups?.map((group) => <Entry key={group.last} group={group} />)}</ol>
      {before !== null && <button className="btn btn-sm" onClick={() => void read(before).catch((error: unknown) => prompts.toast(reasonFor(error), { kind: 'brk' }))}>Earlier</button>}
    </Panel>
  )
}

function Entry({ group }: { group: Group }) {
  const { urls } = useEditor()
  const shown = group.sentences.slice(0, 4)
  return (
    <li>
      <p className="row"><Avatar name={group.who} size="sm" /><b><bdi>{group.who}</bdi></b> <Time at={group.at} /></p>
      {shown.map((sentence) => <p key={sentence.version} className="told" dir="auto"><Quoting text={sentence.text} /></p>)}
      {group.sentences.length > shown.length && <p className="hint told">and <span>{group.sentences.length - shown.length}</span> more</p>}
      <p className="history-do">
        {urls['versions'] && <a className="btn btn-quiet btn-sm" href={urls['versions'].replace('{n}', String(group.last))} title="Open as it was"><span>Version <span>{group.last}</span></span></a>}
        <Compare version={group.last} />
        <Name version={group.last} />
        <Restore version={group.last} />
      </p>
    </li>
  )
}

function Name({ version }: { version: number }) {
  const { api, journey, prompts } = useEditor()
  const mayDraw = useMayDraw()
  const [name, setName] = useDraftText(`version ${version}`, `Name of version ${version}`)
  const [isOpen, setOpen] = useState(name !== '')
  if (!mayDraw && !name) return null
  if (!isOpen) return <button className="btn btn-quiet btn-sm" onClick={() => setOpen(true)}>Name</button>
  const close = () => {
    setName('')
    setOpen(false)
  }
  const press = (event: KeyboardEvent) => {
    const key = keyOf(event)
    if (key === 'Enter') keep()
    if (key === 'Escape') close()
  }
  const keep = () => void api.ask(`journeys/${journey}/named-versions`, { name: storableLine(name), number: version }, 'POST', { 'Idempotency-Key': uuid7() }).then(
    () => (close(), prompts.toast(`Version ${version} is called “${name}”.`)),
    (error: unknown) => prompts.toast(`Not named. ${reasonFor(error)}`, { kind: 'brk' }),
  )
  return (
    <>
      <input className="input" dir="auto" autoFocus aria-label={`A name for version ${version}`} maxLength={100} value={name} onChange={(event) => setName(event.target.value)} onKeyDown={press} />
      <button className="btn btn-sm" disabled={!name.trim()} onClick={keep}>Keep</button>
    </>
  )
}

function Compare({ version }: { version: number }) {
  const editor = useEditor()
  if (version === editor.session.version) return null
  const compare = () => void compareWithVersion(editor, version).catch(() => editor.prompts.toast('That version cannot be read just now.', { kind: 'brk' }))
  return <button className="btn btn-quiet btn-sm" onClick={compare}>Compare</button>
}

function Restore({ version }: { version: number }) {
  const { api, journey, session, prompts } = useEditor()
  const mayDraw = useMayDraw()
  if (!mayDraw || version === session.version) return null
  const restore = () => void api.ask(`journeys/${journey}/restore`, { version }, 'POST', { 'Idempotency-Key': uuid7() }).then(
    async () => {
      await session.pull().catch(() => undefined)
      prompts.toast(`The map is as it was in version ${version}. Undo brings the rest back.`)
    },
    (error: unknown) => prompts.toast(`Not restored. ${reasonFor(error)}`, { kind: 'brk' }),
  )
  return <button className="btn btn-quiet btn-sm" onClick={restore}>Restore</button>
}
