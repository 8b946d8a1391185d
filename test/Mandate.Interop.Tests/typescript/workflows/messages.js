// Updates, and queries and signals around them.
import { ApplicationFailure, allHandlersFinished, condition, defineQuery, defineSignal, defineUpdate, proxyActivities, setHandler, sleep } from '@temporalio/workflow';

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
