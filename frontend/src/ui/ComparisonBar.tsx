import { useEditor, useSignal } from '../map/hooks'
import { Icon } from '../map/icons'

/** Names what the map is compared with, sums up the differences and ends the comparison. */
export function ComparisonBar() {
  const { comparison } = useEditor()
  const other = useSignal(comparison)
  if (!other) return null
  const parts = [
    [other.added.size, 'added'],
    [other.changed.size, 'changed'],
    [other.removed.length, 'removed'],
  ].flatMap(([n, what]) => (n ? [`${n} ${what}`] : []))
  return (
    <div className="banner comparison-bar" role="status">
      <Icon name="git-compare" />
      <p>
        Compared with <span>{other.label}</span>
        <span>{parts.length ? `: ${parts.join(', ')}` : ''}</span>.
        {other.removed.length > 0 && (
          <>
            {' '}
            Removed: <s dir="auto">{other.removed.slice(0, 5).join(', ')}</s>
            <span>{other.removed.length > 5 ? ' …' : ''}</span>
          </>
        )}{' '}
        The dashed line is its emotion curve.
      </p>
      <button className="btn btn-sm" onClick={() => comparison.set(null)}>
        Stop comparing
      </button>
    </div>
  )
}
