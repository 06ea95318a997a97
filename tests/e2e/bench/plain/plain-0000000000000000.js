// The yardstick: what the key page takes without any library. It asks the same questions and draws the same row.

const organization = location.pathname.split('/')[2]
const ask = async (path) => (await fetch(`api/portal/${path}`)).json()

const [session, { name, baseUrls }, key] = await Promise.all([
  ask('session'),
  ask(`orgs/${organization}`),
  ask(`orgs/${organization}/api-key`),
])
document.title = `${name} – ${session.admin.name}`
document.querySelector('#base-url').textContent = baseUrls.cloudServiceApi
const when = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })
const row = document.querySelector('tbody').insertRow()
for (const text of ['••••••••', key.lastModifiedBy.name, when.format(new Date(key.lastModifiedOn))]) {
  row.insertCell().textContent = text
}
