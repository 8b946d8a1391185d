// Activities in all their ends: retries, time-outs, heartbeats, cancellation, local ones.
import {
  ActivityCancellationType, ActivityFailure, CancellationScope, CancelledFailure, TimeoutFailure, condition, defineSignal, isCancellation, proxyActivities,
  proxyLocalActivities, setHandler, sleep, workflowInfo,
} from '@temporalio/workflow';

const quickly = { initialInterval: 10, backoffCoefficient: 1 };
const stop = defineSignal('stop');

export async function retried(attempts, retry) {
  const { failUntil } = proxyActivities({ startToCloseTimeout: '1 minute', retry: { ...quickly, ...retry } });
  return await failUntil(attempts);
}

export async function failsForGood() {
  const { failForGood } = proxyActivities({ startToCloseTimeout: '1 minute', retry: quickly });
  return await failForGood('no way');
}

export async function heartbeats(steps) {
  const { resumeFromHeartbeat } = proxyActivities({ startToCloseTimeout: '1 minute', heartbeatTimeout: '10 seconds', retry: quickly });
  return await resumeFromHeartbeat(steps);
}

/** Runs an activity that cannot meet the given options and tells which limit passed. */
export async function timesOut(options) {
  const { never } = proxyActivities({ retry: { maximumAttempts: 1 }, ...options });
  try {
    await never();
    return 'no time-out';
  } catch (e) {
    if (!(e instanceof ActivityFailure)) throw e;
    const timeout = e.cause instanceof TimeoutFailure ? e.cause : e.cause?.cause;
    return { timeoutType: timeout?.timeoutType, retryState: e.retryState };
  }
}

/** Cancels an activity when told to and tells how it ended. */
export async function cancelsActivity(gate, cancellationType, queue) {
  const { runUntilCancelled } = proxyActivities({
    startToCloseTimeout: '5 minutes', heartbeatTimeout: '1 minute', cancellationType: ActivityCancellationType[cancellationType], ...(queue ? { taskQueue: queue } : {}),
  });
  let told = false;
  setHandler(stop, () => { told = true; });
  const scope = new CancellationScope();
  const outcome = scope.run(() => runUntilCancelled(gate)).then(() => 'completed', (e) => (isCancellation(e) ? 'cancelled' : `failed: ${e}`));
  await condition(() => told);
  scope.cancel();
  return await outcome;
}

export async function cancelsTimer() {
  const scope = new CancellationScope();
  const timer = scope.run(() => sleep('1 hour')).catch((e) => (e instanceof CancelledFailure ? 'cancelled' : 'failed'));
  await sleep(1);
  scope.cancel();
  return await timer;
}

/** Cleans up in a shielded scope when it is cancelled. */
export async function cleansUp() {
  const { echo } = proxyActivities({ startToCloseTimeout: '1 minute' });
  try {
    await sleep('1 hour');
  } catch (e) {
    if (isCancellation(e)) await CancellationScope.nonCancellable(() => echo('cleaned up'));
    throw e;
  }
}

export async function fanOut(width) {
  const { echo } = proxyActivities({ startToCloseTimeout: '1 minute' });
  const answers = await Promise.all(Array.from({ length: width }, (_, i) => echo(i)));
  return answers.reduce((a, b) => a + b, 0);
}

export async function local(name, attempts) {
  const { sayHello, failUntil } = proxyLocalActivities({ startToCloseTimeout: '10 seconds', retry: quickly });
  const greeting = await sayHello(name);
  const attempt = await failUntil(attempts);
  await sleep(1);
  return `${greeting} at ${attempt}`;
}

/** A local activity that takes longer than a workflow task may. */
export async function longLocal(gate) {
  const { waitAtGate } = proxyLocalActivities({ startToCloseTimeout: '5 minutes' });
  return await waitAtGate(gate);
}

export async function completedElsewhere(gate) {
  const { completeElsewhere } = proxyActivities({
    startToCloseTimeout: '1 minute', retry: quickly, cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  });
  return await completeElsewhere(gate);
}

/** A context of an activity as it sees itself. */
export async function activityContext() {
  const { describeInfo } = proxyActivities({ startToCloseTimeout: '30 seconds', heartbeatTimeout: '5 seconds' });
  const { workflowId, runId } = workflowInfo();
  return { info: await describeInfo(), workflowId, runId };
}

/** An activity whose result is larger than an engine keeps. */
export async function tooLarge(bytes) {
  const { makeText } = proxyActivities({ startToCloseTimeout: '1 minute', retry: { ...quickly, maximumAttempts: 1 } });
  return await makeText(bytes);
}
