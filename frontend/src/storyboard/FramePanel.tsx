import { gettext } from '../lib/i18n'
import { ownershipOf, useEditor, useOutline, useOwnership, useRecord } from '../map/hooks'
import { Avatar, Icon } from '../map/icons'
import { OWNERSHIP_LABELS, PROMISE_STATUS_LABELS } from '../model/labels'
import type { Id, Item } from '../model/records'
import { NumberField } from '../ui/NumberField'
import { EarlierVersions } from './EarlierVersions'
import { FeelingSlider } from './FeelingSlider'
import type { FilmFrame } from './film'
import { FrameComments } from './FrameComments'
import { FrameField } from './FrameField'
import { usePromiseAt } from './hooks'

const MAX_SECONDS = 60

/** The side panel of the open frame: its texts, emotion, position on the map, director and comments. */
export function FramePanel({ frame, item, mayDraw }: { frame: FilmFrame; item: Item; mayDraw: boolean }) {
  const editor = useEditor()
  const { session } = editor
  const persona = useRecord(useRecord(editor.journey)?.fields['persona'] as Id | null)
  const name = String(persona?.fields['name'] ?? '')
  const readOnly = !mayDraw
  const setDuration = (seconds: number | null) =>
    session.apply(gettext('Changed the duration'), [
      {
        op: 'set',
        type: 'frame',
        id: item.id,
        fields: { duration: Math.max(1, Math.min(MAX_SECONDS, Math.round(seconds ?? 5))) },
      },
    ])
  return (
    <aside className="sb-panel" aria-labelledby="sb-panel-title">
      <h2 id="sb-panel-title">{gettext('Frame {number}', { number: frame.number })}</h2>
      <div className="sb-fields" key={item.id}>
        <FrameField
          item={item}
          field="alt_text"
          label={gettext('What we see')}
          maxLength={2000}
          rows={2}
          readOnly={readOnly}
          isHandwriting
          hint={item.fields['alt_text'] ? '' : gettext('Read aloud to people who can’t see the picture.')}
        />
        <FrameField
          item={item}
          field="speech"
          label={name ? gettext('What {name} says', { name }) : gettext('What they say')}
          maxLength={500}
          rows={1}
          readOnly={readOnly}
          isHandwriting
        />
        <FeelingSlider step={frame.step} mayChange={mayDraw} />
      </div>
      <hr />
      <dl className="sb-facts">
        <StepFact frame={frame} />
        <PromiseFact step={frame.step} />
        <OwnerFact stage={frame.stage} />
      </dl>
      <details className="sb-more">
        <summary>
          <Icon name="chevron-right" size="sm" />
          {gettext('Notes and timing')}
        </summary>
        <div className="sb-fields" key={item.id}>
          <FrameField
            item={item}
            field="notes"
            label={gettext('Speaker notes')}
            maxLength={2000}
            rows={3}
            readOnly={readOnly}
          />
          <NumberField
            field={`${item.id} duration`}
            label={gettext('Seconds on the screen')}
            value={Number(item.fields['duration'] ?? 5)}
            readOnly={readOnly}
            onKeep={setDuration}
          />
        </div>
      </details>
      <EarlierVersions key={`${item.id} earlier`} frame={item.id} mayDraw={mayDraw} />
      <hr />
      <FrameComments key={`${item.id} comments`} frame={item.id} title={String(item.fields['caption'] ?? '')} />
    </aside>
  )
}

function StepFact({ frame }: { frame: FilmFrame }) {
  const { urls } = useEditor()
  const { columns } = useOutline()
  const step = useRecord(frame.step)
  const stage = useRecord(frame.stage)
  const number = columns.findIndex((column) => column.step === frame.step) + 1
  return (
    <>
      <dt>{gettext('Moment')}</dt>
      <dd>
        <a href={urls['map']}>
          <span className="num">{number}</span> · <bdi>{String(step?.fields['title'] ?? '')}</bdi>
        </a>
        <small>{gettext('Stage: {title}', { title: String(stage?.fields['title'] ?? '') })}</small>
      </dd>
    </>
  )
}

function PromiseFact({ step }: { step: Id }) {
  const promise = usePromiseAt(step)
  if (!promise) return null
  const { title, evidence, status } = promise.fields
  return (
    <>
      <dt>{gettext('Promise')}</dt>
      <dd className={`sb-promise-${String(status)}`}>
        <b dir="auto">{String(title)}</b>
        <small dir="auto">{String(evidence || PROMISE_STATUS_LABELS[String(status)])}</small>
      </dd>
    </>
  )
}

function OwnerFact({ stage }: { stage: Id }) {
  const { store } = useEditor()
  const ownership = ownershipOf(useOwnership(), stage)
  const names = ownership.claimants.map((person) => String(store.get(person)?.fields['name'] ?? ''))
  return (
    <>
      <dt>{gettext('Director')}</dt>
      <dd className="sb-owner">
        <Avatar name={names[0]} />
        <span>
          <b dir="auto">{names.join(' × ') || gettext('No director yet')}</b>
          <small>
            {ownership.state === 'owned'
              ? gettext('Director of {stage}', { stage: String(store.get(stage)?.fields['title'] ?? '') })
              : OWNERSHIP_LABELS[ownership.state]}
          </small>
        </span>
      </dd>
    </>
  )
}
