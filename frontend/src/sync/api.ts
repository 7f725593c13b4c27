/** The endpoints of a stream. A refusal is an answer; anything else that goes wrong is no answer. */
import type { ChangeSet, EditAnswer, Id, Snapshot } from '../model/records'

export interface Page {
  readonly next: string | null
  readonly results: readonly ChangeSet[]
}

export interface Api {
  /** Throws Refusal for a 4xx, and any other error where there was no answer to rely on. */
  edits(journey: Id, body: unknown): Promise<EditAnswer>
  changes(journey: Id, since: number): Promise<Page | 'too-old'>
  snapshot(kind: 'journeys' | 'workspaces', id: Id): Promise<Snapshot>
}

/** The server understood and said no; problem+json's own words. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly errors: readonly { pointer: string; code: string; detail: string }[] = [],
  ) {
    super(detail)
  }
}

const PATIENCE = 20_000 // milliseconds for an answer
const LIMIT = 500

export class HttpApi implements Api {
  constructor(
    private readonly base: string,
    private readonly csrf: string,
  ) {}

  async edits(journey: Id, body: unknown): Promise<EditAnswer> {
    return (await this.ask(`journeys/${journey}/edits`, body)) as EditAnswer
  }

  async changes(journey: Id, since: number): Promise<Page | 'too-old'> {
    try {
      return (await this.ask(`journeys/${journey}/changes?since=${since}&limit=${LIMIT}`)) as Page
    } catch (error) {
      if (error instanceof Refusal && error.status === 410) return 'too-old'
      throw error
    }
  }

  async snapshot(kind: 'journeys' | 'workspaces', id: Id): Promise<Snapshot> {
    return (await this.ask(`${kind}/${id}/snapshot`)) as Snapshot
  }

  /** Send (with a body: POST) and return what was answered. */
  async ask(path: string, body?: unknown, method = body === undefined ? 'GET' : 'POST', more: Record<string, string> = {}): Promise<unknown> {
    const headers: Record<string, string> = { Accept: 'application/json', ...more }
    if (method !== 'GET') headers['X-CSRFToken'] = this.csrf
    if (body !== undefined) headers['Content-Type'] = 'application/json'
    const response = await fetch(this.base + path, {
      method,
      headers,
      credentials: 'same-origin',
      signal: AbortSignal.timeout(PATIENCE),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const answered: unknown = response.status === 204 ? null : await response.json()
    if (response.ok) return answered
    if (response.status >= 500 || response.status === 429) throw new Error(`The server answered ${response.status}.`)
    const problem = answered as { code?: string; detail?: string; errors?: Refusal['errors'] }
    throw new Refusal(response.status, problem.code ?? '', problem.detail ?? '', problem.errors)
  }
}
