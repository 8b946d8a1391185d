// Client operations: one per call of the SDK's client that the tests need. Each takes the engine's address.
import { Client, Connection, WithStartWorkflowOperation } from '@temporalio/client';
import proto from '@temporalio/proto';
import { sealed } from './worker.js';

const clients = new Map();

// With `seal` the client encodes as the workers of worker.js do. With `apiKey` it shows who it is, over cleartext as everything here.
async function clientOf({ address, seal, namespace, apiKey }) {
  const key = [address, seal ? 'sealed' : '', namespace ?? '', apiKey ?? ''].join(' ');
  if (!clients.has(key)) {
    const connected = Connection.connect({ address, apiKey, tls: false }).then((connection) => new Client({ connection, namespace, dataConverter: seal ? sealed : undefined }));
    connected.catch(() => clients.delete(key));
    clients.set(key, connected);
  }
  return await clients.get(key);
}

const workflowOf = async (args) => (await clientOf(args)).workflow;
const handleOf = async (args) => (await workflowOf(args)).getHandle(args.workflowId, args.runId ?? undefined, args.handleOptions);

/** Closes the connection to an engine that is about to go away. */
export async function disconnect({ address }) {
  for (const [key, connected] of [...clients].filter(([key]) => key.startsWith(`${address} `))) {
    clients.delete(key);
    await (await connected).connection.close();
  }
}

export async function start(args) {
  const handle = await (await workflowOf(args)).start(args.type, { args: args.input ?? [], workflowId: args.workflowId, taskQueue: args.taskQueue, ...args.options });
  return { workflowId: handle.workflowId, runId: handle.firstExecutionRunId };
}

export const result = async (args) => await (await handleOf(args)).result();
export const signal = async (args) => await (await handleOf(args)).signal(args.name, ...(args.input ?? []));
export const query = async (args) => await (await handleOf(args)).query(args.name, ...(args.input ?? []));
export const cancel = async (args) => void (await (await handleOf(args)).cancel());
export const terminate = async (args) => void (await (await handleOf(args)).terminate(args.reason));

export async function describe(args) {
  const { type, workflowId, runId, status, taskQueue, historyLength, startTime, closeTime, executionTime, memo, searchAttributes, parentExecution, raw } = await (await handleOf(args)).describe();
  return {
    type, workflowId, runId, status: status.name, taskQueue, historyLength, startTime, closeTime, executionTime, memo, searchAttributes, parentExecution,
    pendingActivities: (raw.pendingActivities ?? []).map((a) => ({ activityId: a.activityId, type: a.activityType?.name, state: a.state, attempt: a.attempt })),
    pendingChildren: (raw.pendingChildren ?? []).map((c) => ({ workflowId: c.workflowId, type: c.workflowTypeName })),
  };
}

/** The history as the SDK fetches it, base64 of temporal.api.history.v1.History. */
export async function history(args) {
  const fetched = await (await handleOf(args)).fetchHistory();
  return Buffer.from(proto.temporal.api.history.v1.History.encode(fetched).finish()).toString('base64');
}

export async function signalWithStart(args) {
  const handle = await (await workflowOf(args)).signalWithStart(args.type, {
    args: args.input ?? [], workflowId: args.workflowId, taskQueue: args.taskQueue, signal: args.signal, signalArgs: args.signalInput ?? [], ...args.options,
  });
  return { workflowId: handle.workflowId, runId: handle.signaledRunId };
}

export const executeUpdate = async (args) => await (await handleOf(args)).executeUpdate(args.name, { args: args.input ?? [], updateId: args.updateId });

export async function startUpdate(args) {
  const handle = await (await handleOf(args)).startUpdate(args.name, { args: args.input ?? [], updateId: args.updateId, waitForStage: 'ACCEPTED' });
  return { updateId: handle.updateId, runId: handle.workflowRunId };
}

/** Starts a workflow where none runs, and updates it. */
export async function updateWithStart(args) {
  const operation = new WithStartWorkflowOperation(args.type, { workflowId: args.workflowId, taskQueue: args.taskQueue, workflowIdConflictPolicy: args.conflictPolicy, args: args.startInput ?? [] });
  return await (await workflowOf(args)).executeUpdateWithStart(args.name, { args: args.input ?? [], updateId: args.updateId, startWorkflowOperation: operation });
}

export const updateResult = async (args) => await (await handleOf(args)).getUpdateHandle(args.updateId).result();

export async function list(args) {
  const found = [];
  for await (const w of (await workflowOf(args)).list({ query: args.query, pageSize: args.pageSize })) found.push({ workflowId: w.workflowId, runId: w.runId, type: w.type, status: w.status.name });
  return found;
}

/** Lists, and starts more workflows once the first page is there. */
export async function listWhileStarting(args) {
  const workflow = await workflowOf(args);
  const found = [];
  for await (const { workflowId } of workflow.list({ query: args.query, pageSize: args.pageSize })) {
    if (found.length === 0) {
      for (const started of args.starts) await workflow.start(args.type, { args: args.input ?? [], workflowId: started, taskQueue: args.taskQueue });
    }
    found.push(workflowId);
  }
  return found;
}

export async function count(args) {
  const { count: total, groups } = await (await workflowOf(args)).count(args.query);
  return { count: total, groups };
}

export async function completeActivity(args) {
  const { activity } = await clientOf(args);
  await activity.complete({ workflowId: args.workflowId, runId: args.runId, activityId: args.activityId }, args.value);
}

export async function failActivity(args) {
  const { activity } = await clientOf(args);
  await activity.fail({ workflowId: args.workflowId, runId: args.runId, activityId: args.activityId }, new Error(args.message));
}

/** Heartbeats for an activity from outside its worker; the error ActivityCancelledError says that it is to stop. */
export async function heartbeatActivity(args) {
  const { activity } = await clientOf(args);
  await activity.heartbeat({ workflowId: args.workflowId, runId: args.runId, activityId: args.activityId }, args.details);
}

export async function reportActivityCancelled(args) {
  const { activity } = await clientOf(args);
  await activity.reportCancellation({ workflowId: args.workflowId, runId: args.runId, activityId: args.activityId }, args.details);
}

/** One call of the workflow service as it is on the wire. */
export async function rpc(args) {
  const { connection } = await clientOf(args);
  return await connection.workflowService[args.method](args.request);
}

/** Registers search attributes: name to number of temporal.api.enums.v1.IndexedValueType. */
export async function addSearchAttributes(args) {
  const { connection } = await clientOf(args);
  await connection.operatorService.addSearchAttributes({ namespace: 'default', searchAttributes: args.attributes });
}
