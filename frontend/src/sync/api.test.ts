import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { HttpApi, Refusal } from './api'

const fetched = vi.fn<typeof fetch>()
const api = new HttpApi('/api/v1/', 'token')
const answer = (body: unknown, status = 200) => fetched.mockResolvedValueOnce(status === 204 ? new Response(null, { status }) : Response.json(body, { status }))
const asked = () => fetched.mock.calls.at(-1) as [string, RequestInit & { headers: Record<string, string> }]

beforeEach(() => vi.stubGlobal('fetch', fetched))
afterEach(() => {
  vi.unstubAllGlobals()
  fetched.mockReset()
})

describe('asking', () => {
  it('sends edits with what proves that the page is ours', async () => {
    answer({ sets: [], left_alone: [] })
    expect(await api.edits('j', { id: 'g', ops: [] })).toEqual({ sets: [], left_alone: [] })
    const [url, request] = asked()
    expect([url, request.method, request.body, request.credentials]).toEqual(['/api/v1/journeys/j/edits', 'POST', '{"id":"g","ops":[]}', 'same-origin'])
    expect(request.headers).toEqual({ Accept: 'application/json', 'X-CSRFToken': 'token', 'Content-Type': 'application/json' })
    expect(request.signal).toBeInstanceOf(AbortSignal)
  })

  it('reads with neither body nor token', async () => {
    answer({ stream: 'j', version: 3, records: [] })
    expect((await api.snapshot('journeys', 'j')).version).toBe(3)
    const [url, request] = asked()
    expect([url, request.method, request.headers, 'body' in request]).toEqual(['/api/v1/journeys/j/snapshot', 'GET', { Accept: 'application/json' }, false])
  })

  it('asks for what came since, and hears when that is forgotten', async () => {
    answer({ next: null, results: [] })
    expect(await api.changes('j', 5)).toEqual({ next: null, results: [] })
    expect(asked()[0]).toBe('/api/v1/journeys/j/changes?since=5&limit=500')
    answer({ code: 'gone' }, 410)
    expect(await api.changes('j', 1)).toBe('too-old')
  })

  it('takes any method and header, and an answer without a body', async () => {
    answer(null, 204)
    expect(await api.ask('comments/c', undefined, 'DELETE', { 'Idempotency-Key': 'k' })).toBeNull()
    expect(asked()[1].headers).toEqual({ Accept: 'application/json', 'Idempotency-Key': 'k', 'X-CSRFToken': 'token' })
  })
})

describe('a refusal', () => {
  it('is in the server’s own words', async () => {
    answer({ code: 'locked', detail: 'This stage is locked.', errors: [{ pointer: '/ops/0', code: 'locked', detail: 'Locked.' }] }, 403)
    const refusal = await api.edits('j', {}).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(Refusal)
    expect(refusal).toMatchObject({ status: 403, code: 'locked', detail: 'This stage is locked.', message: 'This stage is locked.', errors: [{ pointer: '/ops/0' }] })
  })

  it('may have no words', async () => {
    answer({}, 400)
    await expect(api.changes('j', 1)).rejects.toMatchObject({ status: 400, code: '', detail: '', errors: [] })
  })

  it.each([500, 502, 429])('is none where the server is not well, or busy (%i)', async (status) => {
    answer({ code: 'busy' }, status)
    const error = await api.edits('j', {}).catch((one: unknown) => one)
    expect(error).toBeInstanceOf(Error)
    expect(error).not.toBeInstanceOf(Refusal)
  })

  it('is none where there was no answer at all, or one that is no JSON', async () => {
    fetched.mockRejectedValueOnce(new TypeError('no network'))
    await expect(api.edits('j', {})).rejects.toThrow('no network')
    fetched.mockResolvedValueOnce(new Response('<html>', { status: 404 }))
    expect(await api.changes('j', 1).catch((one: unknown) => one)).not.toBeInstanceOf(Refusal)
  })
})
