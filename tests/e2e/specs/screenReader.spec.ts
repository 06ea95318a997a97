import { ADMIN } from '../harness/keyward.ts'
import { ScreenReader } from '../harness/screenReader.ts'
import { expect, test } from '../harness/test.ts'
import { text } from '../harness/text.ts'

// Firefox and Orca take some seconds to start, and speak at their own pace.
test.setTimeout(180_000)

test('a screen reader says what the portal shows', async ({ keyward, alice }) => {
  const before = await alice.reveal()
  const reader = await ScreenReader.open(keyward.url)
  try {
    await reader.expectSaid(text('sign-in.user-name'))
    await reader.tabTo('entry', text('sign-in.user-name'))
  } finally {
    console.log(reader.everything())
    console.log(JSON.stringify(await reader.tree(), null, 0))
    await reader.close()
  }
  expect(before).toBeTruthy()
  expect(ADMIN).toBeTruthy()
})
