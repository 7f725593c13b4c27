/** A model of the server for tests: one journey, with the rules of changes/ops.py and undo.py. */
import { uuid7 } from '../../lib/ids'
import {
  DEFAULT_FIELDS,
  CASCADES,
  type ChangeSet,
  type EditAnswer,
  type Fields,
  type Id,
  type Item,
  type Snapshot,
  CELL_FIELDS,
  cellKeyOf,
} from '../../model/records'
import { keyBetween, comparePositions } from '../../model/fractionalIndex'
import type { OpDraft } from '../../store/planPatches'
import { HttpApi, type ChangeSetPage, ApiError } from '../api'

interface Change {
  op: 'add' | 'set' | 'remove'
  type: string
  id: Id
  before: Fields
  after: Fields
}

export class ModelServer {
  readonly journey = uuid7()
  readonly directory = uuid7()
  readonly records = new Map<Id, Item>()
  readonly sets: ChangeSet[] = []
  private readonly listeners = new Set<(set: ChangeSet) => void>()

  listen(listener: (set: ChangeSet) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  snapshot(): Snapshot {
    const records = [...this.records.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
    return {
      stream: this.journey,
      version: this.sets.length,
      records: structuredClone(records) as unknown as Snapshot['records'],
    }
  }

  changes(since: number, most = 3): ChangeSetPage {
    const results = this.sets.slice(since, since + most)
    return { next: since + most < this.sets.length ? 'more' : null, results: structuredClone(results) }
  }

  edit(actor: Id, body: { id: Id; ops?: readonly OpDraft[]; undo?: Id }): EditAnswer {
    const existing = this.sets.find((set) => set.gesture === body.id)
    if (existing) return { sets: [structuredClone(existing)], left_alone: [] } as EditAnswer
    const transaction = new GestureTransaction(this.records, this.journey)
    const undone = body.undo ? this.sets.find((set) => set.gesture === body.undo) : undefined
    if (body.undo && !undone) throw new ApiError(400, 'validation-failed', 'There is no such gesture here.')
    if (undone && this.sets.some((set) => set.undoes === undone.id))
      throw new ApiError(409, 'not-undoable', 'It was undone already.')
    if (undone) transaction.undo((undone.changes ?? []) as Change[])
    for (const op of body.ops ?? []) transaction.apply(op)
    transaction.commit()
    if (!transaction.changes.length && !undone) return { sets: [], left_alone: [] }
    return {
      sets: [structuredClone(this.append(actor, body.id, transaction.changes, undone?.id ?? null))],
      left_alone: transaction.leftAlone,
    } as EditAnswer
  }

  /** Lock or unlock a stage or lane, which no op can do. */
  lock(id: Id, isLocked: boolean): void {
    const item = this.records.get(id)
    if (!item) throw new Error('There is no such record.')
    this.records.set(id, { ...item, fields: { ...item.fields, is_locked: isLocked } })
    const change: Change = {
      op: 'set',
      type: item.type,
      id,
      before: { is_locked: !isLocked },
      after: { is_locked: isLocked },
    }
    this.append(uuid7(), uuid7(), [change], null, `${item.type}.${isLocked ? 'lock' : 'unlock'}`)
  }

  private append(actor: Id, gesture: Id, changes: Change[], undoes: Id | null, action = 'edit'): ChangeSet {
    const version = this.sets.length + 1
    const set = {
      id: uuid7(),
      gesture,
      stream: this.journey,
      version,
      feed: version,
      action,
      actor: { kind: 'member', id: actor },
      at: '',
      undoes,
      undoable: true,
      changes,
    }
    this.sets.push(set as ChangeSet)
    for (const listener of this.listeners) listener(structuredClone(set) as ChangeSet)
    return set as ChangeSet
  }
}

/** A transaction: a gesture on a copy of the records, applied completely or not at all. */
class GestureTransaction {
  readonly changes: Change[] = []
  readonly leftAlone: { type: string; id: Id; field: string }[] = []
  private readonly rows: Map<Id, Item>

  constructor(
    private readonly committed: Map<Id, Item>,
    private readonly root: Id,
  ) {
    this.rows = new Map(committed)
  }

  commit(): void {
    for (const item of this.rows.values()) this.check(item)
    this.committed.clear()
    for (const [id, item] of this.rows) this.committed.set(id, item)
  }

  apply(op: OpDraft): void {
    if (op.op === 'add') this.add(op)
    else if (op.op === 'set') this.set(this.existing(op.id), op.fields ?? {})
    else if (op.op === 'move') this.move(op)
    else this.remove(this.existing(op.id))
  }

  undo(changes: readonly Change[]): void {
    for (const change of [...changes].reverse()) {
      const row = this.rows.get(change.id)
      if (change.op === 'add' && row) this.remove(row)
      if (change.op === 'remove') {
        if (row) throw new ApiError(409, 'not-undoable', 'It is there again.')
        this.write({ op: 'add', type: change.type, id: change.id, before: {}, after: change.before })
      }
      if (change.op === 'set') this.undoSet(change, row)
    }
  }

  private undoSet(change: Change, row: Item | undefined): void {
    const back: Record<string, unknown> = {}
    for (const [field, after] of Object.entries(change.after)) {
      if (row?.fields[field] === after) back[field] = change.before[field]
      else this.leftAlone.push({ type: change.type, id: change.id, field })
    }
    if (row && Object.keys(back).length) this.set(row, back)
  }

  private add(op: OpDraft): void {
    if (this.rows.has(op.id)) throw new ApiError(409, 'id-taken', 'Taken.')
    const rooted = op.type === 'stage' || op.type === 'lane' ? { journey: this.root } : {}
    const within = Object.fromEntries((CELL_FIELDS[op.type] ?? []).map((name) => [name, op.place?.[name]]))
    const fields = { ...DEFAULT_FIELDS[op.type], ...rooted, ...op.fields, ...within }
    const item: Item = { type: op.type, id: op.id, version: 0, fields }
    this.write({ op: 'add', type: op.type, id: op.id, before: {}, after: { ...fields, ...this.position(item, op) } })
  }

  private move(op: OpDraft): void {
    const row = this.existing(op.id)
    const within = Object.fromEntries(Object.entries(op.place ?? {}).filter(([name]) => name !== 'after'))
    const moved = { ...row, fields: { ...row.fields, ...within } }
    this.set(row, { ...within, ...this.position(moved, op) })
  }

  private position(item: Item, op: OpDraft): Fields {
    const cell = cellKeyOf(item)
    if (cell === null) return {}
    const others = [...this.rows.values()].filter((row) => row.id !== item.id && cellKeyOf(row) === cell)
    const keys = others.map((row): [string, Id] => [String(row.fields['position']), row.id]).sort(comparePositions)
    const result = keys.findIndex(([, id]) => id === op.place?.['after'])
    const at = op.place?.['after'] === null ? 0 : result < 0 ? keys.length : result + 1
    const [before, next] = [keys[at - 1]?.[0] ?? null, keys[at]?.[0] ?? null]
    if (before !== null && before === next) return { position: before }
    return { position: keyBetween(before, next) }
  }

  private set(row: Item, fields: Fields): void {
    const changed = Object.entries(fields).filter(([name, value]) => row.fields[name] !== value)
    if (!changed.length) return
    const before = Object.fromEntries(changed.map(([name]) => [name, row.fields[name]]))
    this.write({ op: 'set', type: row.type, id: row.id, before, after: Object.fromEntries(changed) })
  }

  private remove(row: Item): void {
    for (const [type, field, parent] of CASCADES) {
      if (parent !== row.type) continue
      for (const child of [...this.rows.values()])
        if (child.type === type && child.fields[field] === row.id) this.remove(child)
    }
    if (this.rows.has(row.id)) this.write({ op: 'remove', type: row.type, id: row.id, before: row.fields, after: {} })
  }

  private existing(id: Id): Item {
    const row = this.rows.get(id)
    if (!row) throw new ApiError(409, 'gone', 'This is gone.')
    return row
  }

  private check(item: Item): void {
    for (const [type, field] of CASCADES) {
      if (item.type !== type) continue
      if (!this.rows.has(String(item.fields[field])))
        throw new ApiError(400, 'validation-failed', `There is no such ${field}.`)
    }
  }

  private write(change: Change): void {
    this.changes.push(change)
    const row = this.rows.get(change.id)
    if (change.op === 'remove') this.rows.delete(change.id)
    else
      this.rows.set(change.id, {
        type: change.type,
        id: change.id,
        version: 0,
        fields: { ...row?.fields, ...change.after },
      })
  }
}

/**
 * A browser on an unreliable network: the real HttpApi over a model of HTTP, with a session and a CSRF token. Every
 * wait is a timer, so that tests can advance the clock.
 */
export class UnreliableApi extends HttpApi {
  offline = false
  signedIn: Id | null // the user of the browser's session
  private cookie = 'token 0'
  private token = 'token 0' // the token that the server expects

  constructor(
    private readonly server: ModelServer,
    private readonly actor: Id,
    private readonly random: () => number,
  ) {
    super('/', { user: actor, csrf: () => this.cookie }, (url, request) =>
      this.overNetwork(() => this.answer(String(url), request)),
    )
    this.signedIn = actor
  }

  /** Sign in as any user, which changes the token. */
  signIn(user: Id): void {
    this.signedIn = user
    this.cookie = this.token = `token ${uuid7()}`
  }

  loseToken(): void {
    this.cookie = ''
  }

  private answer(url: string, request: RequestInit = {}): Response {
    const headers = request.headers as Record<string, string>
    if (this.signedIn === null) return problem(401, 'unauthenticated')
    if (headers['X-Expected-User'] !== this.signedIn) return problem(403, 'other-user')
    if (request.method === 'POST' && headers['X-CSRFToken'] !== this.token) {
      this.cookie = this.token
      return problem(403, 'csrf-failed')
    }
    if (this.random() < 0.05) return problem(this.random() < 0.5 ? 503 : 429, 'not now')
    try {
      return Response.json(this.result(url, request.body as string))
    } catch (error) {
      if (error instanceof ApiError) return problem(error.status, error.code)
      throw error
    }
  }

  private result(url: string, body: string): unknown {
    if (url.includes('/directory')) return { stream: this.server.directory, version: 0, records: [] }
    if (url.includes('/snapshot')) return this.server.snapshot()
    if (url.includes('/changes'))
      return this.server.changes(Number(new URLSearchParams(url.split('?')[1]).get('since')))
    const again = this.random() < 0.1 // the network may repeat a request
    const answer = this.server.edit(this.signedIn as Id, JSON.parse(body) as { id: Id })
    return again ? this.server.edit(this.actor, JSON.parse(body) as { id: Id }) : answer
  }

  private async overNetwork(work: () => Response): Promise<Response> {
    await this.wait()
    if (this.offline || this.random() < 0.15) throw new TypeError('lost on the way there')
    const answer = work()
    await this.wait()
    if (this.offline || this.random() < 0.15) throw new TypeError('lost on the way back')
    return answer
  }

  private wait(): Promise<void> {
    return new Promise((go) => setTimeout(go, this.random() * 300))
  }
}

function problem(status: number, code: string): Response {
  return Response.json({ code, detail: code }, { status })
}
