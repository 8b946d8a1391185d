// Updates, and queries and signals around them.
import {
  ApplicationFailure, allHandlersFinished, condition, defineQuery, defineSignal, defineUpdate, proxyActivities, setDefaultQueryHandler, setDefaultSignalHandler, setDefaultUpdateHandler,
  setHandler, sleep, workflowInfo,
} from '@temporalio/workflow';

const { waitAtGate } = proxyActivities({ startToCloseTimeout: '1 minute' });

export const add = defineUpdate('add');
export const addAfterGate = defineUpdate('addAfterGate');
export const explode = defineUpdate('explode');
export const total = defineQuery('total');
export const finish = defineSignal('finish');

/** A sum that grows by updates until it is told to finish. */
export async function ledger() {
  let sum = 0;
  let finished = false;
  setHandler(total, () => sum);
  setHandler(finish, () => { finished = true; });
  setHandler(add, (n) => (sum += n), {
    validator: (n) => {
      if (n < 0) throw ApplicationFailure.create({ message: 'only what is positive', type: 'Negative' });
    },
  });
  setHandler(addAfterGate, async (n, gate) => {
    await waitAtGate(gate);
    await sleep(1);
    return (sum += n);
  });
  setHandler(explode, async () => {
    throw ApplicationFailure.nonRetryable('exploded', 'Boom');
  });
  await condition(() => finished && allHandlersFinished());
  return sum;
}

/** Takes whatever comes: signals, queries and updates without a handler of their own. */
export async function takesAnything() {
  const seen = [];
  let finished = false;
  setDefaultSignalHandler((name, ...args) => { seen.push(`${name}:${args.join(',')}`); });
  setDefaultUpdateHandler((name, ...args) => seen.push(`${name}!${args.join(',')}`));
  setDefaultQueryHandler((name, ...args) => `${name}?${args.join(',')} ${seen.length}`);
  setHandler(finish, () => { finished = true; });
  await condition(() => finished);
  return seen;
}

/** The workflow of every type that has none of its own; its activity has no implementation of its own either. */
export async function dynamic(...args) {
  const { workflowType } = workflowInfo();
  const activities = proxyActivities({ startToCloseTimeout: '1 minute' });
  return await activities[`activityOf${workflowType}`](...args);
}
