import { useState } from 'react'
import { gettext } from '../lib/i18n'
import { keyName } from '../lib/keys'
import { titleOf } from '../commands/positionText'
import { storableLine } from '../lib/text'
import { ownershipOf, useAppointer, useEditor, useOwnership, useSignal, useRecordIds } from '../map/hooks'
import { Avatar, Icon } from '../map/icons'
import { OWNERSHIP_LABELS } from '../model/labels'
import { type Appointer, type StageOwnership, isInEffect } from '../model/ownership'
import type { Id, Item } from '../model/records'
import { errorMessage } from '../sync/api'
import { Dialog } from './Dialog'
import { SearchField } from './SearchField'
import { openDialog } from './dialogState'
import { useDraftText } from './draftHooks'
import { postAndPull } from './postAndPull'

/** The director of a stage: propose a director, claim the stage, accept or decline. Writes through the API. */
export function StageOwnerDialog({ stage }: { stage: Id }) {
  const editor = useEditor()
  const { store, me, can } = editor
  const ownership = ownershipOf(useOwnership(), stage)
  const appointer = useAppointer()
  const rights = useSignal(can)
  const title = titleOf(editor, stage)
  const [errorText, setErrorText] = useState('')
  const runAction: RunAction = (path, body, done, version, after) =>
    void postAndPull(editor, path, body, version).then(
      () => (after?.(), openDialog.set(null), editor.ui.toast(done)),
      (error: unknown) => setErrorText(errorMessage(error)),
    )
  const ownDirectorship = currentDirectorships(
    store.ofType('directorship').map((id) => store.get(id)),
    stage,
  ).find((item) => item.fields['person'] === me.person)
  const [before, link, after] = gettext('Mandate, deputies, hand-over and history are in the [list].').split(/[[\]]/)
  return (
    <Dialog title={gettext('Director of “{title}”', { title })}>
      <ClaimantList people={ownership.claimants} state={ownership.state} />
      {ownership.state === 'contested' && (
        <a className="btn btn-cont" href={editor.urls['contest']?.replace('{id}', stage)}>
          {gettext('Settle')}
        </a>
      )}
      {errorText && (
        <p className="banner banner-brk" role="alert">
          <Icon name="circle-alert" />
          <span>{errorText}</span>
        </p>
      )}
      {ownDirectorship && !ownDirectorship.fields['accepted_at'] && !ownDirectorship.fields['confirmed_at'] && (
        <ProposalAnswer proposal={ownDirectorship} title={title} act={runAction} />
      )}
      {appointer && appointer.member !== me.member && ownership.state !== 'owned' && (
        <AskAppointer stage={stage} title={title} asked={appointer} act={runAction} />
      )}
      {rights.has('appoint') && (
        <ProposeDirector stage={stage} takesOver={ownership.director !== null} act={runAction} />
      )}
      {me.person && rights.has('claim') && !ownDirectorship && (
        <ClaimForm stage={stage} person={me.person} title={title} act={runAction} />
      )}
      <p className="hint">
        <span>{before}</span>
        <a href={`${editor.urls['list'] ?? ''}?at=${stage}#stage-${stage}`}>{link}</a>
        <span>{after}</span>
      </p>
    </Dialog>
  )
}

type RunAction = (path: string, body: unknown, done: string, version?: number, after?: () => void) => void

function currentDirectorships(items: readonly (Item | undefined)[], stage: Id): Item[] {
  return items.filter((item): item is Item => item?.fields['stage'] === stage && item.fields['ended_at'] === null)
}

function ClaimantList({ people, state }: { people: readonly Id[]; state: StageOwnership['state'] }) {
  const { store } = useEditor()
  return (
    <>
      {state !== 'owned' && <p>{OWNERSHIP_LABELS[state]}</p>}
      {people.length > 0 && (
        <ul className="rows">
          {people.map((id) => {
            const { name, job_title: job } = store.get(id)?.fields ?? {}
            return (
              <li key={id} className="person">
                <Avatar name={String(name)} />
                <span dir="auto">
                  <b>{String(name)}</b>
                  <small>{String(job ?? '')}</small>
                </span>
              </li>
            )
          })}
        </ul>
      )}
    </>
  )
}

/** The form to accept a proposal, or to decline it with a reason. */
function ProposalAnswer({ proposal, title, act }: { proposal: Item; title: string; act: RunAction }) {
  const [reason, setReason] = useDraftText(`${proposal.id} decline`, gettext('Why you decline “{title}”', { title }))
  const path = `directorships/${proposal.id}`
  return (
    <>
      <div className="row">
        <button
          className="btn btn-pri"
          onClick={() => act(`${path}/accept`, {}, gettext('You accepted “{title}”.', { title }), proposal.version)}
        >
          <Icon name="check" />
          {gettext('Accept')}
        </button>
      </div>
      <div className="row">
        <input
          className="input claim-why"
          dir="auto"
          aria-label={gettext('Why you decline')}
          placeholder={gettext('Why you decline, in one sentence')}
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          onKeyDown={(event) => keyName(event) === 'Escape' && setReason('')}
        />
        <button
          className="btn"
          disabled={!reason.trim()}
          onClick={() =>
            act(
              `${path}/decline`,
              { note: storableLine(reason) },
              gettext('Proposal declined.'),
              proposal.version,
              () => setReason(''),
            )
          }
        >
          {gettext('Decline')}
        </button>
      </div>
    </>
  )
}

/** Asks someone who can propose a director, in a comment that mentions them. */
function AskAppointer({ stage, title, asked, act }: { stage: Id; title: string; asked: Appointer; act: RunAction }) {
  const { journey, members } = useEditor()
  const body = gettext('@{name} Who should direct “{title}”?', { name: members.nameOf(asked.member), title })
  return (
    <div className="row">
      <p className="grow">{gettext('Only the producer, the sponsor or an admin can propose a director.')}</p>
      <button
        className="btn btn-pri"
        onClick={() =>
          act(
            'comments',
            { journey, subject_type: 'stage', subject_id: stage, body, mentions: [asked.member] },
            gettext('You asked {name} in a comment.', { name: asked.name }),
          )
        }
      >
        {gettext('Ask {name}', { name: asked.name })}
      </button>
    </div>
  )
}

function ProposeDirector({ stage, takesOver, act }: { stage: Id; takesOver: boolean; act: RunAction }) {
  const [person, setPerson] = useState('')
  return (
    <div className="row propose-director">
      <SearchField kind="persons" label={gettext('Director to propose')} onChoose={(hit) => setPerson(hit?.id ?? '')} />
      <button
        className="btn btn-pri"
        disabled={!person}
        onClick={() =>
          act(
            'directorships',
            { stage, person, takes_over: takesOver },
            gettext('Proposed. It takes effect when they accept.'),
          )
        }
      >
        {takesOver ? gettext('Propose to take over') : gettext('Propose as director')}
      </button>
    </div>
  )
}

function ClaimForm({ stage, person, title, act }: { stage: Id; person: Id; title: string; act: RunAction }) {
  const { store, today } = useEditor()
  const departments = useRecordIds('placement')
    .map((id) => store.get(id))
    .filter((item) => item?.fields['person'] === person && isInEffect(item.fields, today()))
  const [statement, setStatement] = useDraftText(`${stage} claim`, gettext('Why you claim “{title}”', { title }))
  if (!departments.length) return null
  return (
    <div className="row">
      <input
        className="input claim-why"
        dir="auto"
        aria-label={gettext('Why you claim it')}
        placeholder={gettext('Why you claim it, in one sentence')}
        maxLength={500}
        value={statement}
        onChange={(event) => setStatement(event.target.value)}
        onKeyDown={(event) => keyName(event) === 'Escape' && setStatement('')}
      />
      <button
        className="btn"
        onClick={() =>
          act(
            'claims',
            {
              stage,
              person,
              department: departments[0]?.fields['department'],
              kind: 'claim',
              statement: storableLine(statement),
            },
            gettext('Your claim on “{title}” was saved.', { title }),
            undefined,
            () => setStatement(''),
          )
        }
      >
        {gettext('Claim this stage')}
      </button>
    </div>
  )
}
