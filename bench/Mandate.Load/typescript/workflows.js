import { proxyActivities } from '@temporalio/workflow';

const { greet } = proxyActivities({ startToCloseTimeout: '10s' });

export async function GreetingWorkflow(name) {
  return await greet(name);
}
