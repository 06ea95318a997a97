// The yardstick: a table of the same rows without any library. Rows beyond the screen are not in the document.

const BEYOND = 8
const HEIGHT = 50
const when = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })
const box = document.querySelector('.table-box')
const body = document.querySelector('tbody')
const search = document.querySelector('input')
const ask = async (path) => (await fetch(`api/portal/${path}`)).json()

let all = []
let shown = []
let drawn = ''
let onEnd = () => {}

function draw(cells) {
  const first = Math.max(0, Math.floor(box.scrollTop / HEIGHT) - BEYOND)
  const last = Math.min(shown.length, Math.ceil((box.scrollTop + box.clientHeight) / HEIGHT) + BEYOND)
  const range = `${first}-${last}-${shown.length}`
  if (range === drawn) return
  drawn = range
  const space = (rows) => {
    const row = document.createElement('tr')
    row.style.height = `${rows * HEIGHT}px`
    return row
  }
  const rows = shown.slice(first, last).map((it) => {
    const row = document.createElement('tr')
    for (const text of cells(it)) row.insertCell().textContent = text
    return row
  })
  body.replaceChildren(space(first), ...rows, space(shown.length - last))
  if (last === shown.length) onEnd()
}

function start(headings, cells, sort) {
  const row = document.querySelector('thead').insertRow()
  headings.forEach((heading, column) => {
    const cell = document.createElement('th')
    const button = document.createElement('button')
    button.textContent = heading
    button.addEventListener('click', () => sort(column))
    cell.append(button)
    row.append(cell)
  })
  box.addEventListener('scroll', () => draw(cells))
  draw(cells)
}

function again(cells) {
  drawn = ''
  draw(cells)
}

async function organizations() {
  const headings = ['Name', 'Cloud', 'Role', 'Subscription', 'Key', 'Key Age', 'Last Modified By', 'Last Modified On', 'Live sessions']
  const days = (on) => `${Math.floor((Date.now() - Date.parse(on)) / 86_400_000)} days`
  const cells = ({ name, cloud, role, subscription, key }) => {
    const { lastModifiedBy, lastModifiedOn } = key.lastChange
    return [name, cloud, role, subscription, key.status ?? 'None', days(lastModifiedOn), lastModifiedBy.name, when.format(new Date(lastModifiedOn)), key.liveSessions]
  }
  all = await ask('orgs/overview')
  shown = all
  let order = { column: -1, descending: false }
  const fits = () => {
    const text = search.value.trim().toLowerCase()
    shown = text ? all.filter((it) => cells(it).some((cell) => String(cell).toLowerCase().includes(text))) : all
    again(cells)
  }
  search.addEventListener('input', fits)
  start(headings, cells, (column) => {
    order = { column, descending: order.column === column && !order.descending }
    const key = new Map(all.map((it) => [it, String(cells(it)[column]).toLowerCase()]))
    const way = order.descending ? -1 : 1
    all = all.toSorted((a, b) => (key.get(a) < key.get(b) ? -way : key.get(a) > key.get(b) ? way : 0))
    fits()
  })
}

async function auditLog() {
  const headings = ['Timestamp', 'Action', 'Sub-Category', 'Resource', 'Admin', 'Client IP', 'Interface', 'Result']
  const second = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })
  const cells = (row) => [
    second.format(new Date(row.timestamp)), row.action, row.subCategory, row.resource, row.adminName, row.clientIp, row.interface, row.result,
  ]
  const path = `${location.pathname.split('/').slice(1, 3).join('/').replace('o/', 'orgs/')}/audit-log`
  let oldest = false
  let next
  let pending
  const load = async (isFirst) => {
    if (!isFirst && (pending || next === undefined)) return
    const asked = (pending = {})
    const query = new URLSearchParams()
    if (search.value) query.set('text', search.value)
    if (oldest) query.set('after', isFirst ? 0 : next)
    else if (!isFirst) query.set('before', next)
    const page = await ask(`${path}?${query}`)
    if (asked !== pending) return
    shown = isFirst ? page.rows : [...shown, ...page.rows]
    next = page.next
    pending = undefined
    box.dataset.rows = shown.length
    if (isFirst) box.scrollTop = 0
    again(cells)
  }
  onEnd = () => load(false)
  await load(true)
  search.form.addEventListener('submit', (event) => {
    event.preventDefault()
    load(true)
  })
  start(headings, cells, () => {
    oldest = !oldest
    load(true)
  })
}

await (location.pathname.endsWith('audit-log') ? auditLog() : organizations())
