// Workers and replay.
import { fileURLToPath } from 'node:url';
import { NativeConnection, Worker, bundleWorkflowCode } from '@temporalio/worker';
import proto from '@temporalio/proto';
import * as activities from './activities.js';
import { codec } from './codec.js';
import { gateKeeper } from './gate-keeper.js';
import { describeError } from './errors.js';

const workers = new Map();
let lastWorker = 0;
const bundles = new Map();

/** Encodes every payload, and messages and stack traces of failures. */
export const sealed = { payloadCodecs: [codec], failureConverterPath: fileURLToPath(new URL('./failure-converter.cjs', import.meta.url)) };

/** Leaves payloads as they are, but for the names of gates. */
const unsealed = { payloadCodecs: [gateKeeper] };

/** Lets activities see their headers. It only looks: nothing here propagates anything. */
const interceptors = { activity: [() => ({ inbound: { execute: (input, next) => activities.arrived.run(input.headers, () => next(input)) } })] };

const quiet = { trace() {}, debug() {}, info() {}, warn: console.error, error: console.error, log() {} };

function bundle(dataConverter) {
  const failureConverterPath = dataConverter?.failureConverterPath;
  if (!bundles.has(failureConverterPath)) {
    const workflowsPath = fileURLToPath(new URL('./workflows/index.js', import.meta.url));
    bundles.set(failureConverterPath, bundleWorkflowCode({ workflowsPath, failureConverterPath, logger: quiet }));
  }
  return bundles.get(failureConverterPath);
}

/** Starts a worker with the SDK's options and answers its id once it is created. */
export async function startWorker({ address, options, seal, apiKey }) {
  const dataConverter = seal ? sealed : unsealed;
  const connection = await NativeConnection.connect({ address, apiKey, tls: false });
  const worker = await Worker.create({ connection, namespace: 'default', activities, interceptors, dataConverter, workflowBundle: await bundle(dataConverter), shutdownGraceTime: '5s', maxHeartbeatThrottleInterval: '100ms', ...options });
  const id = ++lastWorker;
  const done = worker.run().then(() => null, describeError).finally(() => connection.close());
  workers.set(id, { worker, done });
  return id;
}

/** Shuts a worker down and answers why it failed, or null. */
export async function stopWorker({ id }) {
  const { worker, done } = workers.get(id);
  workers.delete(id);
  if (worker.getState() === 'RUNNING') worker.shutdown();
  return await done;
}

/** Lets the activities that wait at a gate go on; see activities.js. */
export function openGate({ name }) {
  activities.gates.open(name);
}

/** How often activities came to a gate. */
export function gateArrivals({ name }) {
  return activities.gates.arrivals(name);
}

/** Replays histories (base64 of temporal.api.history.v1.History) and answers the error of each, or null. */
export async function replay({ histories, seal }) {
  const dataConverter = seal ? sealed : unsealed;
  const source = histories.map(({ workflowId, history }) => ({ workflowId, history: proto.temporal.api.history.v1.History.decode(Buffer.from(history, 'base64')) }));
  const results = [];
  for await (const { error } of Worker.runReplayHistories({ dataConverter, workflowBundle: await bundle(dataConverter) }, source)) results.push(error ? describeError(error) : null);
  return results;
}
