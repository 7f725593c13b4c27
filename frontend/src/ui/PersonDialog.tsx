import { useState } from 'react'
import { keyOf } from '../lib/keys'
import type { Editor } from '../commands/command'
import { uuid7 } from '../lib/ids'
import { storableLine } from '../lib/text'
import { ownedBy, useAppointer, useEditor, useOwners, useSignal, useType } from '../map/hooks'
import { Avatar, Icon } from '../map/marks'
import { type Appointer, isNow } from '../model/owners'
import type { Id, Item } from '../model/records'
import { reasonFor } from '../sync/api'
import { Dialog } from './Dialog'
import { dialogs } from './dialogs'
import { useDraftText } from './typed'

/** Who answers for a stage: name somebody, take it oneself, accept or decline. By the API's services. */
export function PersonDialog({ stage }: { stage: Id }) {
  const editor = useEditor()
  const { store, me, can } = editor
  const owned = ownedBy(useOwners(), stage)
  const asked = useAppointer()
  const rights = useSignal(can)
  const title = String(store.get(stage)?.fields['title'] ?? '')
  const [refused, setRefused] = useState('')
  const act: Act = (path, body, done, version, after) => void send(editor, path, body, version).then(
    () => (after?.(), dialogs.set(null), editor.prompts.toast(done)),
    (error: unknown) => setRefused(reasonFor(error)),
  )
  const mine = live(store.ofType('directorship').map((id) => store.get(id)), stage).find((one) => one.fields['person'] === me.person)
  return (
    <Dialog title={`Who answers for “${title}”`}>
      <People people={owned.claimants} state={owned.state} />
      {refused && <p className="banner banner-brk" role="alert"><Icon name="circle-alert" /><span>{refused}</span></p>}
      {mine && mine.fields['accepted_at'] === null && (
        <div className="row">
          <button className="btn btn-pri" onClick={() => act(`directorships/${mine.id}/accept`, {}, `You answer for “${title}”.`, mine.version)}><Icon name="check" />Accept</button>
          <button className="btn" onClick={() => act(`directorships/${mine.id}/decline`, {}, 'Declined.', mine.version)}>Decline</button>
        </div>
      )}
      {asked && asked.member !== me.member && owned.state !== 'owned' && <Ask stage={stage} title={title} asked={asked} act={act} />}
      {rights.has('appoint') && <Propose stage={stage} takesOver={owned.director !== null} act={act} />}
      {me.person && rights.has('claim') && !mine && <ClaimIt stage={stage} person={me.person} title={title} act={act} />}
      <p className="hint">Mandate, deputies, hand-over and the whole story are in the <a href={`${editor.urls['list'] ?? ''}#stage-${stage}`}>list</a>.</p>
    </Dialog>
  )
}

type Act = (path: string, body: unknown, done: string, version?: number, after?: () => void) => void

function live(items: readonly (Item | undefined)[], stage: Id): Item[] {
  return items.filter((one): one is Item => one?.fields['stage'] === stage && one.fields['ended_at'] === null)
}

async function send({ api, session }: Editor, path: string, body: unknown, version?: number): Promise<void> {
  const headers = { 'Idempotency-Key': uuid7(), ...(version === undefined ? {} : { 'If-Match': `"${version}"` }) }
  await api.ask(path, body, 'POST', headers)
  await session.pull().catch(() => undefined) // the socket or the next turn brings it otherwise
}

function People({ people, state }: { people: readonly Id[]; state: string }) {
  const { store } = useEditor()
  const words: Readonly<Record<string, string>> = { vacant: 'Nobody answers for this yet.', contested: 'Two or more say that this is theirs.', orphaned: 'The director is gone.' }
  return (
    <>
      {words[state] && <p>{words[state]}</p>}
      {people.length > 0 && (
        <ul className="rows">
          {people.map((id) => {
            const { name, job_title: job } = store.get(id)?.fields ?? {}
            return <li key={id} className="person"><Avatar name={String(name)} /><span dir="auto"><b>{String(name)}</b><small>{String(job ?? '')}</small></span></li>
          })}
        </ul>
      )}
    </>
  )
}

/** Asks somebody who names directors, in a comment that mentions them. */
function Ask({ stage, title, asked, act }: { stage: Id; title: string; asked: Appointer; act: Act }) {
  const { journey, members } = useEditor()
  const body = `@${members.nameOf(asked.member)} Who should answer for “${title}”?`
  return (
    <div className="row">
      <p className="grow">Only the producer, the sponsor or an admin names a director.</p>
      <button className="btn btn-pri" onClick={() => act('comments', { journey, subject_type: 'stage', subject_id: stage, body, mentions: [asked.member] }, `You asked ${asked.name} in a comment.`)}><span>Ask <span>{asked.name}</span></span></button>
    </div>
  )
}

function Propose({ stage, takesOver, act }: { stage: Id; takesOver: boolean; act: Act }) {
  const { store, today } = useEditor()
  const [person, setPerson] = useState('')
  const people = useType('person').map((id) => store.get(id)).filter((one) => one && (one.fields['left_on'] === null || String(one.fields['left_on']) >= today()))
  const sorted = people.sort((one, two) => String(one?.fields['name']).localeCompare(String(two?.fields['name'])))
  return (
    <div className="row propose">
      <select className="input" aria-label="Propose a director" value={person} onChange={(event) => setPerson(event.target.value)}>
        <option value="">Choose a person…</option>
        {sorted.map((one) => <option key={one?.id} value={one?.id}>{String(one?.fields['name'])}</option>)}
      </select>
      <button className="btn btn-pri" disabled={!person} onClick={() => act('directorships', { stage, person, takes_over: takesOver }, 'Asked. It counts once they accept.')}>
        {takesOver ? 'Ask to take over' : 'Ask to answer for it'}
      </button>
    </div>
  )
}

function ClaimIt({ stage, person, title, act }: { stage: Id; person: Id; title: string; act: Act }) {
  const { store, today } = useEditor()
  const departments = useType('placement').map((id) => store.get(id)).filter((one) => one?.fields['person'] === person && isNow(one.fields, today()))
  const [statement, setStatement] = useDraftText(`${stage} claim`, `Why “${title}” is yours`)
  if (!departments.length) return null
  return (
    <div className="row">
      <input className="input claim-why" dir="auto" aria-label="Why it is yours" placeholder="Why it is yours, in a sentence" maxLength={500} value={statement} onChange={(event) => setStatement(event.target.value)} onKeyDown={(event) => keyOf(event) === 'Escape' && setStatement('')} />
      <button className="btn" onClick={() => act('claims', { stage, person, department: departments[0]?.fields['department'], kind: 'claim', statement: storableLine(statement) }, `You claim “${title}”.`, undefined, () => setStatement(''))}>I’ll take it</button>
    </div>
  )
}
