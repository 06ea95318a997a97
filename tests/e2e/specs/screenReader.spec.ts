import { ADMIN } from '../harness/keyward.ts'
import { ScreenReader } from '../harness/screenReader.ts'
import { expect, test } from '../harness/test.ts'
import { text } from '../harness/text.ts'

// Firefox and Orca take some seconds to start, and speak at their own pace.
test.setTimeout(600_000)

test('a screen reader says what the portal shows', async ({ keyward, alice }) => {
  const before = await alice.reveal()
  const reader = await ScreenReader.open(keyward.url)
  try {
    await reader.expectSaid('Keyward')
    await reader.tabTo('entry', text('sign-in.user-name'))
    await reader.type(ADMIN.username)
    await reader.tabTo('password text', text('sign-in.password'))
    await reader.type(ADMIN.password)
    await reader.press('Return')
    await reader.expectSaid('Cloud Service API Key')
    console.log(JSON.stringify(await reader.tree(), null, 0))
    await reader.tabTo('push button', text('controls.reveal'))
    await reader.press('Return')
    await reader.tabTo('push button', text('common.regenerate'))
    await reader.press('Return')
    await reader.tabTo('push button', text('common.cancel'))
    await reader.tabTo('push button', text('common.regenerate'))
    await reader.press('space')
    await reader.expectSaid('no longer works')
  } finally {
    console.log(reader.everything())
    await reader.close()
  }
  expect(before).toBeTruthy()
})
