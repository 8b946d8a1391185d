// The official client, as its users call it: `node api-token.js <address> <access token> <operation> <workflow id> <json>`.
import { Client, Connection } from '@temporalio/client';

const [address, accessToken, operation, workflowId, json] = process.argv.slice(2);
const connection = await Connection.connect({ address, apiKey: accessToken, tls: false });
const client = new Client({ connection });
const argument = JSON.parse(json ?? 'null');
const handle = client.workflow.getHandle(workflowId);
const operations = {
  start: () => client.workflow.start(argument.type, { workflowId, taskQueue: argument.taskQueue, args: [argument.input] }).then((h) => h.firstExecutionRunId),
  signal: () => handle.signal('apiToken', argument),
  update: () => handle.executeUpdate('rotateApiToken', { args: [argument] }),
  query: () => handle.query('apiToken'),
};
console.log(JSON.stringify((await operations[operation]()) ?? null));
await connection.close();
