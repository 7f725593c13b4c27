import { memo } from 'react'
import { COLUMN_WIDTH } from '../layout/sizes'
import { diamondPath } from '../layout/thread'
import { gettext, ngettext } from '../lib/i18n'
import { type Id, cellKey } from '../model/records'
import type { HandOff } from '../model/handOffs'
import { ABSENCE_LABELS, handOffLabel } from '../model/labels'
import { CLASS_BY_STATE } from '../model/ownership'
import {
  ownershipOf,
  useAppointer,
  useStripedStages,
  useCellIds,
  useSignalSelector,
  useEditor,
  useHandOffs,
  useOutline,
  useOwnership,
  useRecord,
} from './hooks'
import { Avatar } from './icons'
import { RowHeader, Row } from './Row'

const ROW_HEIGHT = 68

/** The director of each stage: a bracket under its columns that opens the owner dialog. */
export const OwnersRow = memo(function OwnersRow() {
  const { stages, columns } = useOutline()
  const handOffs = useHandOffs()
  return (
    <Row
      row="owners"
      height={ROW_HEIGHT}
      className="map-owners"
      head={<RowHeader icon="scale" name={gettext('Director')} hint={gettext('one per stage')} />}
    >
      {stages.map((stage) => (
        <OwnerCell
          key={stage}
          stage={stage}
          number={columns.find((column) => column.stage === stage)?.number ?? 0}
          handOff={handOffs.get(stage)}
        />
      ))}
    </Row>
  )
})

interface OwnerCellProps {
  stage: Id
  number: number
  handOff: HandOff | undefined // from the stage before
}

const OwnerCell = memo(function OwnerCell({ stage, number, handOff }: OwnerCellProps) {
  const { store, state, ui, can } = useEditor()
  const steps = useCellIds(cellKey('step', stage))
  const record = useRecord(stage)
  const stripedStages = useStripedStages()
  const ownership = ownershipOf(useOwnership(), stage)
  const isCursor = useSignalSelector(state.cursor, (cursor) => cursor?.row === 'owners' && cursor.step === steps[0])
  const nameOf = (person: Id | null | undefined) => String(store.get(person)?.fields['name'] ?? '')
  const job = String(store.get(ownership.director)?.fields['job_title'] ?? '')
  const appointer = useAppointer()
  const mayAppoint = useSignalSelector(can, (rights) => rights.has('appoint'))
  const hint = mayAppoint
    ? gettext('Propose a director')
    : appointer
      ? gettext('Ask {name}', { name: appointer.name })
      : gettext('Nobody yet')
  const proposed = ownership.proposed[0] && gettext('{name} was proposed', { name: nameOf(ownership.proposed[0]) })
  const lines = {
    owned: [nameOf(ownership.director), job],
    claimed: [
      gettext('{name} claims it', { name: nameOf(ownership.claimants[0]) }),
      proposed ?? gettext('Not confirmed'),
    ],
    vacant: [gettext('No director'), proposed ?? hint],
    orphaned: [nameOf(ownership.director), ABSENCE_LABELS[ownership.absence ?? 'left']],
    contested: [
      ngettext('{n} claims it', '{n} claim it', ownership.claimants.length),
      ownership.claimants.map(nameOf).join(' × '),
    ],
  }[ownership.state]
  return (
    <div
      role="gridcell"
      aria-colindex={number + 2}
      aria-colspan={Math.max(steps.length, 1)}
      className={`map-cell ${stripedStages.has(stage) ? 'map-band' : ''}`}
      style={{ width: Math.max(steps.length, 1) * COLUMN_WIDTH, height: ROW_HEIGHT }}
    >
      <button
        className={`bracket bracket-${CLASS_BY_STATE[ownership.state]}`}
        tabIndex={isCursor ? 0 : -1}
        data-row="owners"
        data-step={steps[0]}
        aria-label={gettext('Director of {stage}: {answer}', {
          stage: String(record?.fields['title'] ?? ''),
          answer: [...lines, ...(handOff ? [handOffLabel(handOff)] : [])].join(', '),
        })}
        onClick={() => ui.open('person', stage)}
      >
        <span className="avs">
          {ownership.claimants.map((person) => (
            <Avatar key={person} name={nameOf(person)} />
          ))}
          {!ownership.claimants.length && <Avatar name={undefined} />}
        </span>
        <span className="grow">
          <b dir="auto">{lines[0]}</b>
          <small dir="auto">{lines[1]}</small>
        </span>
      </button>
      {handOff && <HandOffMark handOff={handOff} />}
    </div>
  )
})

/** The diamond between two brackets, which links to the hand-off. Hidden from screen readers: the bracket's label says it. */
function HandOffMark({ handOff }: { handOff: HandOff }) {
  const { urls } = useEditor()
  return (
    <a
      className="map-handoff"
      href={handOff.id ? urls['handoff']?.replace('{id}', handOff.id) : urls['handoffs']}
      title={handOffLabel(handOff)}
      aria-hidden="true"
      tabIndex={-1}
    >
      <svg className="handoff-mark" viewBox="-8 -8 16 16" width="16" height="16">
        <path className={`handoff handoff-${handOff.state}`} d={diamondPath([0, 0])} />
        {handOff.isBreached && <circle className="handoff-breach" cx="5" cy="-5" r="2.8" />}
      </svg>
    </a>
  )
}
