import { memo } from 'react'
import { COLUMN } from '../layout/sizes'
import { type Id, cellKey } from '../model/records'
import { ABSENCES } from '../model/words'
import { ownedBy, useAppointer, useBands, useCell, useDerived, useEditor, useOutline, useOwners, useRecord } from './hooks'
import { Avatar } from './marks'
import { Head, Row } from './Row'

const HEIGHT = 68
const KINDS = { owned: 'own', vacant: 'miss', orphaned: 'gone', contested: 'cont' } as const

/** Who answers for each stage: a bracket under its columns, and the way to change it. */
export const AnswersRow = memo(function AnswersRow() {
  const { stages, columns } = useOutline()
  return (
    <Row row="answers" height={HEIGHT} className="map-answers" head={<Head icon="scale" name="Answers for it" hint="one director each" />}>
      {stages.map((stage) => <Answer key={stage} stage={stage} number={columns.find((column) => column.stage === stage)?.number ?? 0} />)}
    </Row>
  )
})

const Answer = memo(function Answer({ stage, number }: { stage: Id; number: number }) {
  const { store, view, prompts, can } = useEditor()
  const steps = useCell(cellKey('step', stage))
  const record = useRecord(stage)
  const bands = useBands()
  const owned = ownedBy(useOwners(), stage)
  const isCursor = useDerived(view.cursor, (cursor) => cursor?.row === 'answers' && cursor.step === steps[0])
  const nameOf = (person: Id | null | undefined) => String(store.get(person)?.fields['name'] ?? '')
  const job = String(store.get(owned.director)?.fields['job_title'] ?? '')
  const asked = useAppointer()
  const mayAppoint = useDerived(can, (rights) => rights.has('appoint'))
  const claimed = owned.claimants[0]
  const todo = mayAppoint ? 'Name one' : asked ? `Ask ${asked.name}` : 'Nobody yet'
  const words = {
    owned: [nameOf(owned.director), job],
    vacant: [
      claimed ? `${nameOf(claimed)} claims it` : 'No director',
      owned.proposed.length ? `${nameOf(owned.proposed[0])} was asked` : claimed ? 'No director yet' : todo,
    ],
    orphaned: [nameOf(owned.director), ABSENCES[owned.absence ?? 'left']],
    contested: [`${owned.claimants.length} claim it`, owned.claimants.map(nameOf).join(' × ')],
  }[owned.state]
  return (
    <div role="gridcell" aria-colindex={number + 2} aria-colspan={Math.max(steps.length, 1)} className={`map-cell ${bands.has(stage) ? 'map-band' : ''}`} style={{ width: Math.max(steps.length, 1) * COLUMN, height: HEIGHT }}>
      <button
        className={`bracket bracket-${KINDS[owned.state]}`}
        tabIndex={isCursor ? 0 : -1}
        data-row="answers"
        data-step={steps[0]}
        aria-label={`Who answers for ${String(record?.fields['title'] ?? '')}: ${words.join(', ')}`}
        onClick={() => prompts.open('person', stage)}
      >
        <span className="avs">
          {owned.claimants.map((person) => <Avatar key={person} name={nameOf(person)} />)}
          {!owned.claimants.length && <Avatar name={undefined} />}
        </span>
        <span className="grow">
          <b dir="auto">{words[0]}</b>
          <small dir="auto">{words[1]}</small>
        </span>
      </button>
    </div>
  )
})
