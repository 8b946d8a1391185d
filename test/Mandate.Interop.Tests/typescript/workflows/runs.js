// Runs and their relations: continued, retried, children, other workflows, versions, attributes.
import {
  ApplicationFailure, ParentClosePolicy, CancellationScope, condition, continueAsNew, deprecatePatch, executeChild, getExternalWorkflowHandle, isCancellation,
  log, patched, setHandler, sleep, startChild, upsertMemo, upsertSearchAttributes, workflowInfo, proxyActivities,
} from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError, defineSearchAttributeKey } from '@temporalio/common';
import { approve, timer } from './basics.js';

export async function continues(remaining, trail = []) {
  const { runId, continuedFromExecutionRunId, firstExecutionRunId } = workflowInfo();
  const here = [...trail, { runId, from: continuedFromExecutionRunId ?? null, first: firstExecutionRunId }];
  if (remaining > 0) await continueAsNew(remaining - 1, here);
  return here;
}

export async function failsUntilAttempt(attempt) {
  const current = workflowInfo().attempt;
  if (current < attempt) throw ApplicationFailure.create({ message: `attempt ${current}` });
  return current;
}

export async function sleepsLong() {
  await sleep('1 hour');
}

export async function signalsExternal(workflowId, runId) {
  await getExternalWorkflowHandle(workflowId, runId).signal(approve, workflowInfo().workflowId);
  return 'signalled';
}

export async function cancelsExternal(workflowId) {
  await getExternalWorkflowHandle(workflowId).cancel();
  return 'cancelled';
}

/** Starts one child for each policy, waits until they run, and ends. */
export async function leavesChildren(policies) {
  for (const policy of policies) {
    await startChild('approval', { args: [1], workflowId: `${workflowInfo().workflowId}/${policy}`, parentClosePolicy: ParentClosePolicy[policy] });
  }
  return policies.length;
}

export async function childAlreadyStarted(workflowId) {
  try {
    await startChild('approval', { args: [1], workflowId });
    return 'started';
  } catch (e) {
    if (e instanceof WorkflowExecutionAlreadyStartedError) return `${e.workflowId} exists`;
    throw e;
  }
}

export async function cancelsChild() {
  const scope = new CancellationScope();
  const child = await scope.run(() => startChild('approval', { args: [1], workflowId: `${workflowInfo().workflowId}/child` }));
  scope.cancel();
  try {
    await child.result();
    return 'completed';
  } catch (e) {
    return isCancellation(e) ? 'cancelled' : `failed: ${e}`;
  }
}

export async function signalsChild() {
  const child = await startChild('approval', { args: [1], workflowId: `${workflowInfo().workflowId}/child` });
  await child.signal(approve, 'parent');
  return await child.result();
}

export async function patches() {
  const { echo } = proxyActivities({ startToCloseTimeout: '1 minute' });
  deprecatePatch('old');
  const way = patched('new-way') ? 'new' : 'old';
  await echo(way);
  return way;
}

const tenant = defineSearchAttributeKey('MandateTenant', 'KEYWORD');
const amount = defineSearchAttributeKey('MandateAmount', 'INT');

export async function upserts() {
  upsertSearchAttributes([{ key: tenant, value: 'acme' }, { key: amount, value: 7 }]);
  upsertMemo({ note: 'from inside', gone: null });
  await sleep(1);
  const { memo, typedSearchAttributes } = workflowInfo();
  return { memo, tenant: typedSearchAttributes.get(tenant), amount: typedSearchAttributes.get(amount) };
}

/** Fails its workflow task (not the workflow) until a gate is open; the worker hands it how that stands at each attempt. */
export async function failsTaskUntil(open) {
  if (!open) throw new Error('this task fails');
  await sleep(1);
  return 'recovered';
}

export async function describesItself() {
  const { workflowId, runId, workflowType, taskQueue, namespace, attempt, parent, root, historyLength, executionTimeoutMs, runTimeoutMs, taskTimeoutMs } = workflowInfo();
  await condition(() => true);
  log.debug('described');
  return { workflowId, runId, workflowType, taskQueue, namespace, attempt, parent, root, historyLength, executionTimeoutMs, runTimeoutMs, taskTimeoutMs };
}

export async function collects(needed) {
  const seen = [];
  setHandler(approve, (value) => void seen.push(value));
  await condition(() => seen.length >= needed);
  return seen;
}

/** Waits for an approval, so long and no longer. */
export async function waitsSoLong(ms) {
  let by;
  setHandler(approve, (who) => { by = who; });
  return (await condition(() => by !== undefined, ms)) ? by : 'nobody';
}

/** Takes steps until it is advised to continue as new, and does so once. */
export async function continuesWhenAdvised(stepsBefore = 0) {
  if (stepsBefore > 0) return stepsBefore;
  let steps = 0;
  while (!workflowInfo().continueAsNewSuggested) {
    await sleep(1);
    steps++;
  }
  await continueAsNew(steps);
}

/** Says of an activity, a timer and a child what they are for. */
export async function summarizes() {
  const { echo } = proxyActivities({ startToCloseTimeout: '1 minute', summary: 'an activity' });
  await echo('a');
  await sleep(1, { summary: 'a timer' });
  await executeChild(timer, { args: [1], workflowId: `${workflowInfo().workflowId}/child`, staticSummary: 'a child', staticDetails: 'at length' });
}

/** A workflow whose result is larger than an engine keeps. */
export async function answersAtLength(bytes) {
  return 'x'.repeat(bytes);
}
