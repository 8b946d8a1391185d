import { ApplicationFailure, condition, defineQuery, defineSignal, executeChild, proxyActivities, setHandler, sleep, workflowInfo } from '@temporalio/workflow';

const { sayHello, echo, waitAtGate, readPrincipal } = proxyActivities({ startToCloseTimeout: '1 minute' });

export async function greet(name) {
  return await sayHello(name);
}

export async function echoed(value) {
  return await echo(value);
}

export async function timer(ms) {
  await sleep(ms);
  return 'fired';
}

export const approve = defineSignal('approve');
export const progress = defineQuery('progress');

/** Waits for a number of approvals; its progress can be queried. */
export async function approval(needed) {
  const by = [];
  setHandler(progress, (prefix) => `${prefix ?? ''}${by.join(',')}`);
  setHandler(approve, (who) => void by.push(who));
  await condition(() => by.length >= needed);
  return by;
}

/** Runs a child of any type on any task queue and adds to its result. */
export async function parent(type, taskQueue, input) {
  const answer = await executeChild(type, { taskQueue, args: [input], workflowId: `${workflowInfo().workflowId}/child` });
  return `parent of ${answer}`;
}

/** An activity, a signal, a timer and a child, in this order: what a worker meets that takes a run over. */
export async function journey(gate) {
  const by = [];
  setHandler(progress, () => by.join(','));
  setHandler(approve, (who) => void by.push(who));
  by.push(await waitAtGate(gate));
  await condition(() => by.length >= 2);
  await sleep(10);
  by.push(await executeChild(greet, { args: ['journey'], workflowId: `${workflowInfo().workflowId}/child` }));
  return by;
}

export async function failForGood(message) {
  throw ApplicationFailure.nonRetryable(message, 'ForGood');
}

/** What an activity on each level of a family of children reads as the signed principal. */
export async function principals(levels) {
  const mine = await readPrincipal();
  return levels > 1 ? [mine, ...await executeChild(principals, { args: [levels - 1], workflowId: `${workflowInfo().workflowId}/child` })] : [mine];
}
