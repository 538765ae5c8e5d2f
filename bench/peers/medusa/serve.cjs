// @medusajs/inventory, asked in lines of JSON. A hold is createReservationItems of its module
// service, called directly: no workflow, no HTTP. One process for each client, as node has no
// threads for this; they start once and wait.
"use strict"

const cluster = require("node:cluster")
const readline = require("node:readline")

const MOST_CLIENTS = 8
const LOCATION = "sloc_1"
const BATCH = 1000
const { PGHOST, PGUSER, PGDATABASE } = process.env

const clientUrl = `postgres://${PGUSER}@${encodeURIComponent(PGHOST)}/${PGDATABASE}`
const options = { database: { clientUrl, driverOptions: { connection: { ssl: false } } } }

async function openModule() {
  const { MedusaModule } = require("@medusajs/framework/modules-sdk")
  const { createMedusaContainer, createPgConnection, ContainerRegistrationKeys } = require("@medusajs/framework/utils")
  const { asValue } = require("@medusajs/framework/awilix")
  const connection = createPgConnection({ clientUrl, pool: { min: 1, max: 2 } })
  const sharedContainer = createMedusaContainer()
  sharedContainer.register(ContainerRegistrationKeys.PG_CONNECTION, asValue(connection))
  const { inventory } = await MedusaModule.bootstrap({
    moduleKey: "inventory",
    defaultPath: "@medusajs/inventory",
    declaration: { scope: "internal", options },
    sharedContainer,
  })
  await MedusaModule.onApplicationStart()
  return { service: inventory, connection }
}

async function migrate() {
  const { MedusaModule } = require("@medusajs/framework/modules-sdk")
  await MedusaModule.migrateUp({
    moduleKey: "inventory",
    modulePath: require.resolve("@medusajs/inventory"),
    options,
  })
}

// --- the clients ---

async function hold(service, { items, seconds }) {
  const latencies = []
  let refused = 0
  const began = performance.now()
  while (performance.now() - began < seconds * 1000) {
    const item = items[Math.floor(Math.random() * items.length)]
    const started = performance.now()
    if (!(await reserve(service, item))) refused += 1
    latencies.push((performance.now() - started) / 1000)
  }
  return { refused, latencies, took: (performance.now() - began) / 1000 }
}

async function race(service, { items, calls }) {
  let promised = 0
  for (let call = 0; call < calls; call += 1) promised += await reserve(service, items[0])
  return { promised }
}

async function reserve(service, item) {
  try {
    await service.createReservationItems([
      { inventory_item_id: item, location_id: LOCATION, quantity: 1 },
    ])
    return 1
  } catch {
    return 0
  }
}

async function serveAsClient() {
  const { service } = await openModule()
  const work = { hold, race }
  process.on("message", async (task) => process.send(await work[task.do](service, task)))
  process.send("ready")
}

// --- who asks them ---

async function fill(state, { skus, units }) {
  await migrate()
  const { service, connection } = await openModule()
  for (let first = 0; first < skus; first += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, skus - first) }, (_, n) => ({
      sku: `B-${first + n + 1}`,
    }))
    const items = await service.createInventoryItems(batch)
    const levels = items.map(({ id }) => ({
      inventory_item_id: id,
      location_id: LOCATION,
      stocked_quantity: units,
    }))
    await service.createInventoryLevels(levels)
    state.items.push(...items.map(({ id }) => id))
  }
  await connection.raw("ANALYZE")
  state.service = service
  state.clients = await Promise.all(Array.from({ length: MOST_CLIENTS }, startClient))
  return {}
}

async function startClient() {
  const client = cluster.fork()
  await answerOf(client)
  return client
}

function answerOf(client) {
  return new Promise((resolve) => client.once("message", resolve))
}

function tell(clients, task) {
  return Promise.all(
    clients.map((client) => {
      const answer = answerOf(client)
      client.send(task)
      return answer
    })
  )
}

async function holdOften(state, { skus, clients, seconds }) {
  const task = { do: "hold", items: state.items.slice(0, skus), seconds }
  const told = await tell(state.clients.slice(0, clients), task)
  const latencies = told.flatMap((one) => one.latencies).sort((a, b) => a - b)
  const refused = told.reduce((sum, one) => sum + one.refused, 0)
  return {
    calls: latencies.length - refused,
    refused,
    seconds: Math.max(...told.map((one) => one.took)),
    p99: latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * 0.99))],
  }
}

async function raceFor(state, { units, clients }) {
  const [item] = await state.service.createInventoryItems([{ sku: `R-${Date.now()}` }])
  await state.service.createInventoryLevels([
    { inventory_item_id: item.id, location_id: LOCATION, stocked_quantity: units },
  ])
  const task = { do: "race", items: [item.id], calls: (2 * units) / clients }
  const told = await tell(state.clients.slice(0, clients), task)
  return { promised: told.reduce((sum, one) => sum + one.promised, 0) }
}

async function serve() {
  const state = { items: [], clients: [] }
  const work = { fill, hold: holdOften, race: raceFor }
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { do: what, ...question } = JSON.parse(line)
    process.stdout.write(JSON.stringify(await work[what](state, question)) + "\n")
  }
  process.exit(0)
}

if (cluster.isPrimary) serve()
else serveAsClient()
