import { AsyncLocalStorage } from 'node:async_hooks';
import { Context, CompleteAsyncError, ApplicationFailure, activityInfo, heartbeat as beat, sleep } from '@temporalio/activity';

/** Places where activities wait until a test lets them go on, so that no test depends on time. */
class Gates {
  #gates = new Map();

  #at(name) {
    if (!this.#gates.has(name)) {
      const gate = { arrivals: 0, isOpen: false };
      gate.opened = new Promise((resolve) => { gate.open = () => { gate.isOpen = true; resolve(); }; });
      this.#gates.set(name, gate);
    }
    return this.#gates.get(name);
  }

  arrivals(name) { return this.#at(name).arrivals; }

  open(name) { this.#at(name).open(); }

  /** Comes to a gate and says whether it is open, without waiting. */
  look(name) {
    const gate = this.#at(name);
    gate.arrivals++;
    return gate.isOpen;
  }

  async pass(name) {
    const gate = this.#at(name);
    gate.arrivals++;
    await gate.opened;
  }
}

export const gates = new Gates();

/** The headers an activity arrived with; filled by the interceptor of worker.js. */
export const arrived = new AsyncLocalStorage();

/** The signed principal as it reached this activity, from an SDK that knows nothing of it. */
export async function readPrincipal() {
  const payload = arrived.getStore()?.['mandate-principal'];
  return payload ? JSON.parse(Buffer.from(payload.data).toString()) : '';
}

export async function sayHello(name) {
  return `Hello, ${name}!`;
}

export async function echo(value) {
  return value;
}

export async function waitAtGate(name) {
  await gates.pass(name);
  return `passed ${name}`;
}

/** Fails until the given attempt. */
export async function failUntil(attempt) {
  const current = activityInfo().attempt;
  if (current < attempt) throw ApplicationFailure.create({ message: `attempt ${current} fails`, type: 'NotYet' });
  return current;
}

export async function failForGood(message) {
  throw ApplicationFailure.nonRetryable(message, 'ForGood', { why: 'because' });
}

/** Heartbeats its progress, fails once in the middle and goes on from the last heartbeat. */
export async function resumeFromHeartbeat(steps) {
  const { heartbeatDetails, attempt } = activityInfo();
  const from = heartbeatDetails ?? 0;
  for (let step = from + 1; step <= steps; step++) {
    beat(step);
    if (attempt === 1 && step === 2) throw new Error('lost after step 2');
  }
  return { attempt, from };
}

/** Heartbeats until it is cancelled. */
export async function runUntilCancelled(gate) {
  void gates.pass(gate);
  const beating = setInterval(() => beat('alive'), 50);
  try {
    return await Context.current().cancelled;
  } finally {
    clearInterval(beating);
  }
}

/** Never answers by itself. */
export async function never(gate) {
  if (gate) void gates.pass(gate);
  await sleep('1 hour');
}

export async function completeElsewhere(gate) {
  void gates.pass(gate);
  throw new CompleteAsyncError();
}

export async function describeInfo() {
  const { attempt, activityId, activityType, workflowExecution, workflowType, taskQueue, isLocal, heartbeatTimeoutMs, startToCloseTimeoutMs } = activityInfo();
  return { attempt, activityId, activityType, workflowExecution, workflowType, taskQueue, isLocal, heartbeatTimeoutMs, startToCloseTimeoutMs };
}

/** The activity of every type that has none of its own. */
export default async function dynamic(...args) {
  return `${activityInfo().activityType}(${args.join(',')})`;
}

export async function makeText(bytes) {
  return 'x'.repeat(bytes);
}
