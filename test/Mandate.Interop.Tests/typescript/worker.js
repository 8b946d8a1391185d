// Workers and replay.
import { fileURLToPath } from 'node:url';
import { NativeConnection, Worker, bundleWorkflowCode } from '@temporalio/worker';
import proto from '@temporalio/proto';
import * as activities from './activities.js';
import { describeError } from './errors.js';

const workers = new Map();
let lastWorker = 0;
let bundling;

const quiet = { trace() {}, debug() {}, info() {}, warn: console.error, error: console.error, log() {} };
const bundle = () => (bundling ??= bundleWorkflowCode({ workflowsPath: fileURLToPath(new URL('./workflows/index.js', import.meta.url)), logger: quiet }));

/** Starts a worker with the SDK's options and answers its id once it is created. */
export async function startWorker({ address, options }) {
  const connection = await NativeConnection.connect({ address });
  const worker = await Worker.create({ connection, namespace: 'default', activities, workflowBundle: await bundle(), shutdownGraceTime: '5s', ...options });
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
export async function replay({ histories, options }) {
  const source = histories.map(({ workflowId, history }) => ({ workflowId, history: proto.temporal.api.history.v1.History.decode(Buffer.from(history, 'base64')) }));
  const results = [];
  for await (const { error } of Worker.runReplayHistories({ workflowBundle: await bundle(), ...options }, source)) results.push(error ? describeError(error) : null);
  return results;
}
