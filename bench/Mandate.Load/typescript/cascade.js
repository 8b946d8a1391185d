// node cascade.js <address> <workflows> <fanout> <rotations> <warm-up seconds>: a plain signal cascade, as users of the official SDK write it. Client and worker in one process.
// Prints the median time in ms from the update at the root until every workflow has acknowledged.
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';

const [address, workflows, fanout, rotations, warmUpSeconds] = [process.argv[2], ...process.argv.slice(3).map(Number)];
const [taskQueue, namespace] = ['cascade', 'typescript'];

Runtime.install({ logger: new DefaultLogger('WARN') });
const native = await NativeConnection.connect({ address });
const connection = await Connection.connect({ address });
const client = new Client({ connection, namespace });
const worker = await Worker.create({
  connection: native,
  namespace,
  taskQueue,
  maxCachedWorkflows: workflows + 100,
  workflowsPath: fileURLToPath(new URL('./cascade-workflows.js', import.meta.url)),
});

const times = await worker.runUntil(async () => {
  const root = await client.workflow.start('CascadeNode', { taskQueue, workflowId: 'node-0', args: [{ index: 0, workflows, fanout }] });
  while ((await client.workflow.count("ExecutionStatus = 'Running'")).count < workflows) await new Promise((resolve) => setTimeout(resolve, 50));
  const measured = [];
  const warm = performance.now() + warmUpSeconds * 1000;
  for (let rotation = 0; measured.length < rotations; rotation++) {
    const isWarm = rotation > 0 && performance.now() >= warm;
    const begun = performance.now();
    const reached = await root.executeUpdate('rotate', { args: [{ name: 'node-0', epoch: rotation + 1, fingerprint: '8f14e45fceea167a5a36dedd4bea2543' }] });
    if (isWarm) measured.push(performance.now() - begun);
    if (reached !== workflows) throw new Error(`${reached} of ${workflows} workflows acknowledged.`);
  }
  return measured.sort((a, b) => a - b);
});
await connection.close();
await native.close();
process.stdout.write(JSON.stringify(times[Math.floor(times.length / 2)]));
