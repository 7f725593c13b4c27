import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { HttpApi, ApiError, SignedOutError, pageCredentials, errorMessage } from './api'

const fetched = vi.fn<typeof fetch>()
let token = 'token'
const api = new HttpApi('/api/v1/', { user: 'ann', csrf: () => token })
const answer = (body: unknown, status = 200) =>
  fetched.mockResolvedValueOnce(status === 204 ? new Response(null, { status }) : Response.json(body, { status }))
const asked = () => fetched.mock.calls.at(-1) as [string, RequestInit & { headers: Record<string, string> }]

beforeEach(() => {
  vi.stubGlobal('fetch', fetched)
  token = 'token'
})
afterEach(() => {
  vi.unstubAllGlobals()
  fetched.mockReset()
})

describe('requests', () => {
  it('send edits with credentials', async () => {
    answer({ sets: [], left_alone: [] })
    expect(await api.edits('j', { id: 'g', ops: [] })).toEqual({ sets: [], left_alone: [] })
    const [url, request] = asked()
    expect([url, request.method, request.body, request.credentials]).toEqual([
      '/api/v1/journeys/j/edits',
      'POST',
      '{"id":"g","ops":[]}',
      'same-origin',
    ])
    expect(request.headers).toEqual({
      Accept: 'application/json',
      'X-Expected-User': 'ann',
      'X-CSRFToken': 'token',
      'Content-Type': 'application/json',
    })
    expect(request.keepalive).toBe(true) // it is sent even if the page ends
    expect(request.signal).toBeInstanceOf(AbortSignal)
  })

  it('send a form with a file as it is', async () => {
    answer({ file_id: 'f' })
    const form = new FormData()
    await api.request('drawings/d/images', form)
    const [, request] = asked()
    expect([request.body, request.headers['Content-Type'], request.keepalive]).toEqual([form, undefined, false])
  })

  it('read without body and token', async () => {
    answer({ stream: 'j', version: 3, records: [] })
    expect((await api.snapshot('j')).version).toBe(3)
    const [url, request] = asked()
    expect([url, request.method, request.headers, 'body' in request]).toEqual([
      '/api/v1/journeys/j/snapshot',
      'GET',
      { Accept: 'application/json', 'X-Expected-User': 'ann' },
      false,
    ])
  })

  it('read the directory of a journey', async () => {
    answer({ stream: 'w', version: 3, records: [] })
    expect((await api.directory('j')).version).toBe(3)
    expect(asked()[0]).toBe('/api/v1/journeys/j/directory')
  })

  it('fetch changes, or report that they are too old', async () => {
    answer({ next: null, results: [] })
    expect(await api.changes('j', 5)).toEqual({ next: null, results: [] })
    expect(asked()[0]).toBe('/api/v1/journeys/j/changes?since=5&limit=500')
    answer({ code: 'gone' }, 410)
    expect(await api.changes('j', 1)).toBe('too-old')
  })

  it('accept any method, headers and empty responses', async () => {
    answer(null, 204)
    expect(await api.request('comments/c', undefined, 'DELETE', { 'Idempotency-Key': 'k' })).toBeNull()
    expect(asked()[1].headers).toEqual({
      Accept: 'application/json',
      'X-Expected-User': 'ann',
      'Idempotency-Key': 'k',
      'X-CSRFToken': 'token',
    })
  })

  it('do not use keepalive for large bodies, which browsers reject', async () => {
    answer({})
    await api.request('edits', { title: 'x'.repeat(20_000) })
    expect(asked()[1].keepalive).toBe(false)
  })
})

describe('an API error', () => {
  it('carries the server’s message', async () => {
    answer(
      {
        code: 'locked',
        detail: 'This stage is locked.',
        errors: [{ pointer: '/ops/0', code: 'locked', detail: 'Locked.' }],
      },
      403,
    )
    const refusal = await api.edits('j', {}).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(ApiError)
    expect(refusal).toMatchObject({
      status: 403,
      code: 'locked',
      detail: 'This stage is locked.',
      message: 'This stage is locked.',
      errors: [{ pointer: '/ops/0' }],
    })
  })

  it('may have no message', async () => {
    answer({}, 400)
    await expect(api.changes('j', 1)).rejects.toMatchObject({ status: 400, code: '', detail: '', errors: [] })
  })

  it.each([500, 502, 429, 408, 425])('is not raised for a failing or busy server (%i)', async (status) => {
    answer({ code: 'busy' }, status)
    const error = await api.edits('j', {}).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(Error)
    expect(error).not.toBeInstanceOf(ApiError)
  })

  it('is not raised without a response or for invalid JSON', async () => {
    fetched.mockRejectedValueOnce(new TypeError('no network'))
    await expect(api.edits('j', {})).rejects.toThrow('no network')
    fetched.mockResolvedValueOnce(new Response('<html>', { status: 404 }))
    expect(await api.changes('j', 1).catch((reason: unknown) => reason)).not.toBeInstanceOf(ApiError)
  })
})

describe('an authentication error', () => {
  const stale = () => answer({ code: 'csrf-failed', detail: 'The CSRF token is missing or wrong.' }, 403)

  it('is never an API error', async () => {
    answer({ code: 'unauthenticated' }, 401)
    await expect(api.edits('j', {})).rejects.toMatchObject({ reason: 'signed-out' })
    answer({ code: 'other-user', detail: 'Someone else is signed in now.' }, 403)
    await expect(api.edits('j', {})).rejects.toMatchObject({ reason: 'other-user' })
  })

  it('retries once with the new token after a sign-in', async () => {
    fetched.mockImplementationOnce(async () => {
      token = 'fresh'
      return Response.json({ code: 'csrf-failed' }, { status: 403 })
    })
    answer({ sets: [], left_alone: [] })
    expect(await api.edits('j', { id: 'g' })).toEqual({ sets: [], left_alone: [] })
    expect([asked()[1].headers['X-CSRFToken'], asked()[1].body]).toEqual(['fresh', '{"id":"g"}'])
  })

  it('means signed out if the token is unchanged or rejected again', async () => {
    stale()
    await expect(api.edits('j', {})).rejects.toBeInstanceOf(SignedOutError)
    expect(fetched).toHaveBeenCalledTimes(1)
    fetched.mockImplementation(async () => {
      token += '!'
      return Response.json({ code: 'csrf-failed' }, { status: 403 })
    })
    await expect(api.edits('j', {})).rejects.toBeInstanceOf(SignedOutError)
    expect(fetched).toHaveBeenCalledTimes(3)
  })

  it('keeps other errors of the second attempt', async () => {
    fetched.mockImplementationOnce(async () => {
      token = 'fresh'
      return Response.json({ code: 'csrf-failed' }, { status: 403 })
    })
    answer({ code: 'locked', detail: 'Locked.' }, 403)
    await expect(api.edits('j', {})).rejects.toMatchObject({ code: 'locked' })
  })
})

it('has a message for the reader', () => {
  expect(errorMessage(new ApiError(403, 'locked', 'This is locked.'))).toBe('This is locked.')
  expect(errorMessage(new SignedOutError('signed-out'))).toMatch('You’re signed out. Sign in again')
  expect(errorMessage(new SignedOutError('other-user'))).toMatch('Someone else is signed in.')
  for (const error of [new TypeError('Failed to fetch'), new ApiError(400, '', '')])
    expect(errorMessage(error)).toBe('The server did not answer. Try again in a moment.')
})

it('reads the token from its cookie each time, or uses the page’s token', () => {
  document.cookie = 'csrftoken=; Max-Age=0'
  const { csrf } = pageCredentials('ann', 'csrftoken', 'of the page')
  expect(csrf()).toBe('of the page')
  document.cookie = 'another=1'
  document.cookie = 'csrftoken=one'
  expect(csrf()).toBe('one')
  document.cookie = 'csrftoken=two'
  expect(csrf()).toBe('two')
})
