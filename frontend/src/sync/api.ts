/**
 * The API endpoints of a stream.
 *
 * Requests fail in three ways. ApiError: the request was rejected. SignedOutError: the sender isn't signed in,
 * so the request can be sent later. Any other error: there was no reliable response.
 */
import { gettext } from '../lib/i18n'
import type { ChangeSet, EditAnswer, Id, Snapshot } from '../model/records'

export interface ChangeSetPage {
  readonly next: string | null
  readonly results: readonly ChangeSet[]
}

export interface Api {
  /** Throws ApiError, SignedOutError, or any other error if there was no reliable response. */
  edits(journey: Id, body: unknown): Promise<EditAnswer>
  changes(journey: Id, since: number): Promise<ChangeSetPage | 'too-old'>
  snapshot(journey: Id): Promise<Snapshot>
  /** Return the directory records to which the journey refers. */
  directory(journey: Id): Promise<Snapshot>
}

/** The server rejected the request. Holds the fields of problem+json. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly errors: readonly { pointer: string; code: string; detail: string }[] = [],
  ) {
    super(detail)
  }
}

/** Nobody is signed in, or someone other than the user who opened the page. */
export class SignedOutError extends Error {
  constructor(readonly reason: 'signed-out' | 'other-user') {
    super(
      reason === 'signed-out'
        ? gettext('You’re signed out. Sign in again in another tab, then try again.')
        : gettext('Someone else is signed in. Sign in again as yourself in another tab, then try again.'),
    )
  }
}

/** Return a message for the reader that says why a request failed. */
export function errorMessage(error: unknown): string {
  if (error instanceof ApiError && error.detail) return error.detail
  return error instanceof SignedOutError ? error.message : gettext('The server did not answer. Try again in a moment.')
}

/** The credentials of a request: the user of the page, and the current CSRF token, which changes with each sign-in. */
export interface Credentials {
  readonly user: string
  csrf(): string
}

/** Return the credentials of a page. The token is read from its cookie, with the page's token as fallback. */
export function pageCredentials(user: string, cookie: string, token: string): Credentials {
  const read = () =>
    document.cookie
      .split('; ')
      .find((pair) => pair.startsWith(`${cookie}=`))
      ?.slice(cookie.length + 1)
  return { user, csrf: () => read() ?? token }
}

const TIMEOUT_MS = 20_000
const PAGE_SIZE = 500
const RETRYABLE_STATUSES = new Set([408, 425, 429])
const MAX_KEEPALIVE_CHARS = 16_000 // browsers allow 64 KB for requests that outlive the page

export class HttpApi implements Api {
  constructor(
    private readonly base: string,
    private readonly credentials: Credentials,
    private readonly fetcher: typeof fetch = (...request) => fetch(...request),
  ) {}

  async edits(journey: Id, body: unknown): Promise<EditAnswer> {
    return (await this.request(`journeys/${journey}/edits`, body)) as EditAnswer
  }

  async changes(journey: Id, since: number): Promise<ChangeSetPage | 'too-old'> {
    try {
      return (await this.request(`journeys/${journey}/changes?since=${since}&limit=${PAGE_SIZE}`)) as ChangeSetPage
    } catch (error) {
      if (error instanceof ApiError && error.status === 410) return 'too-old'
      throw error
    }
  }

  async snapshot(journey: Id): Promise<Snapshot> {
    return (await this.request(`journeys/${journey}/snapshot`)) as Snapshot
  }

  async directory(journey: Id): Promise<Snapshot> {
    return (await this.request(`journeys/${journey}/directory`)) as Snapshot
  }

  /** Send a request (POST if there is a body: JSON, or a form with files) and return the response data. */
  async request(
    path: string,
    body?: unknown,
    method = body === undefined ? 'GET' : 'POST',
    extraHeaders: Record<string, string> = {},
  ): Promise<unknown> {
    const token = this.credentials.csrf()
    try {
      return await this.send(path, body, method, extraHeaders, token)
    } catch (error) {
      if (!isStaleToken(error)) throw error
      // The rejection has set the cookie. If the token is unchanged or rejected again, nobody is signed in.
      if (this.credentials.csrf() === token) throw new SignedOutError('signed-out')
      return this.send(path, body, method, extraHeaders, this.credentials.csrf()).catch((retryError: unknown) => {
        throw isStaleToken(retryError) ? new SignedOutError('signed-out') : retryError
      })
    }
  }

  private async send(
    path: string,
    body: unknown,
    method: string,
    extraHeaders: Record<string, string>,
    token: string,
  ): Promise<unknown> {
    const headers: Record<string, string> = {
      Accept: 'application/json',
      'X-Expected-User': this.credentials.user,
      ...extraHeaders,
    }
    if (method !== 'GET') headers['X-CSRFToken'] = token
    const isForm = body instanceof FormData // the browser adds its content type
    if (body !== undefined && !isForm) headers['Content-Type'] = 'application/json'
    const sent = isForm ? body : JSON.stringify(body)
    const response = await this.fetcher(this.base + path, {
      method,
      headers,
      credentials: 'same-origin',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === undefined
        ? {}
        : { body: sent, keepalive: typeof sent === 'string' && sent.length < MAX_KEEPALIVE_CHARS }),
    })
    const data: unknown = response.status === 204 ? null : await response.json()
    if (response.ok) return data
    if (response.status >= 500 || RETRYABLE_STATUSES.has(response.status))
      throw new Error(`The server responded with ${response.status}.`)
    throw errorFrom(response.status, data as ProblemJson)
  }
}

interface ProblemJson {
  readonly code?: string
  readonly detail?: string
  readonly errors?: ApiError['errors']
}

function errorFrom(status: number, { code = '', detail = '', errors }: ProblemJson): ApiError | SignedOutError {
  if (status === 401) return new SignedOutError('signed-out')
  if (code === 'other-user') return new SignedOutError('other-user')
  return new ApiError(status, code, detail, errors)
}

function isStaleToken(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'csrf-failed'
}
