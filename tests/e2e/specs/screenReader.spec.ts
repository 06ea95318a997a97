import { ADMIN } from '../harness/keyward.ts'
import { ScreenReader } from '../harness/screenReader.ts'
import { expect, test } from '../harness/test.ts'
import { text, windowTitle } from '../harness/text.ts'

// Firefox and Orca take some seconds to start, and speak at their own pace.
test.setTimeout(240_000)

test('a screen reader says what the portal shows', async ({ keyward, alice }) => {
  const key = await alice.reveal()
  const reader = await ScreenReader.open(keyward.url)
  try {
    await reader.find('heading', text('common.sign-in'))
    // Until Orca says "Focus mode", letters go through the page from heading to heading, from list to list.
    await reader.expectSaid([windowTitle(text('common.sign-in')), text('sign-in.user-name'), 'Focus mode'], () => reader.press('F5'))
    await reader.expectFocus('entry', text('sign-in.user-name'))
    await reader.type(ADMIN.username)
    const password = () => reader.tabTo('password text', text('sign-in.password'))
    await password()
    await reader.expectSaid([text('sign-in.password')], async () => {
      await reader.press('Tab')
      await reader.expectNoFocus(text('sign-in.password'))
      await password()
    })
    await reader.type(ADMIN.password)
    await reader.press('Return')

    // From here on this Orca is late by steps in this Firefox: what it would say is asserted where it takes it from.
    await reader.find('heading', text('api-key.title'))
    await reader.find('table', text('api-key.title'))
    await reader.find('column header', text('common.last-modified-by'))
    await reader.find('landmark', text('frame.main'))
    await reader.tabTo('push button', text('controls.reveal'))
    await reader.press('space')
    await reader.find('push button', text('controls.hide'))

    await reader.tabTo('push button', text('common.regenerate'))
    await reader.press('space')
    expect((await reader.find('dialog', text('api-key.regenerate-title', { organization: 'Acme' }))).states).toContain('modal')
    await reader.expectFocus('push button', text('common.cancel'))
    await reader.tabTo('push button', text('common.regenerate'))
    await reader.press('space')
    await expect.poll(async () => alice.reveal()).not.toBe(key)

    await reader.tabTo('link', text('administrators.title'))
    await reader.press('Return')
    await reader.find('table', text('administrators.title'))
    await reader.find('column header', text('common.role'))
    await reader.find('push button', text('controls.actions-on', { name: ADMIN.username }))
    expect(reader.everything(), 'a revealed key is not read out by itself').not.toContain(await alice.reveal())
  } finally {
    await reader.close()
  }
})
