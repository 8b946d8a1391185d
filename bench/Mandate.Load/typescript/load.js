// node load.js <address> <workflows> <concurrency> <warm-up>: client and worker in one process, as in a small service.
// Prints one JSON object: seconds, and each workflow's time from the call to start it to its result.
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';

const [address, workflows, concurrency, warmUp] = [process.argv[2], ...process.argv.slice(3).map(Number)];
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

async function drive(count, prefix) {
  const latenciesMs = new Array(count);
  let next = 0;
  const started = performance.now();
  await Promise.all(Array.from({ length: concurrency }, async () => {
    while (next < count) {
      const index = next++;
      const begun = performance.now();
      await runOne(`${prefix}-${index}`);
      latenciesMs[index] = performance.now() - begun;
    }
  }));
  return { seconds: (performance.now() - started) / 1000, latenciesMs };
}

const timings = await worker.runUntil(async () => {
  await drive(warmUp, 'warm');
  return await drive(workflows, 'run');
});
await connection.close();
await native.close();
process.stdout.write(JSON.stringify(timings));
