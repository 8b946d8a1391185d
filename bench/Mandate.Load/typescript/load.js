// node load.js <address> <workflows> <concurrency> <warm-up seconds>: client and worker in one process, as in a small service.
// Prints one JSON object: seconds, and each workflow's time from the call to start it to its result.
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';

const [address, workflows, concurrency, warmUpSeconds] = [process.argv[2], ...process.argv.slice(3).map(Number)];
const taskQueue = 'load';

Runtime.install({ logger: new DefaultLogger('WARN') });
const native = await NativeConnection.connect({ address });
const connection = await Connection.connect({ address });
const client = new Client({ connection });
const worker = await Worker.create({
  connection: native,
  taskQueue,
  workflowsPath: fileURLToPath(new URL('./workflows.js', import.meta.url)),
  activities: { greet: async (name) => `Hello, ${name}!` },
});

async function runOne(workflowId) {
  const handle = await client.workflow.start('GreetingWorkflow', { taskQueue, workflowId, args: [workflowId] });
  const result = await handle.result();
  if (result !== `Hello, ${workflowId}!`) throw new Error(`Workflow ${workflowId} answered '${result}'.`);
}

const lanes = (lane) => Promise.all(Array.from({ length: concurrency }, lane));

async function warmUp() {
  const end = performance.now() + warmUpSeconds * 1000;
  let next = 0;
  await lanes(async () => {
    while (performance.now() < end) await runOne(`warm-${next++}`);
  });
}

async function measure() {
  const latenciesMs = new Array(workflows);
  let next = 0;
  const started = performance.now();
  await lanes(async () => {
    while (next < workflows) {
      const index = next++;
      const begun = performance.now();
      await runOne(`run-${index}`);
      latenciesMs[index] = performance.now() - begun;
    }
  });
  return { seconds: (performance.now() - started) / 1000, latenciesMs };
}

const timings = await worker.runUntil(async () => {
  await warmUp();
  return await measure();
});
await connection.close();
await native.close();
process.stdout.write(JSON.stringify(timings));
