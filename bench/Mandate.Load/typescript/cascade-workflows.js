import { condition, defineSignal, defineUpdate, getExternalWorkflowHandle, ParentClosePolicy, setHandler, startChild, workflowInfo } from '@temporalio/workflow';

const apiToken = defineSignal('apiToken');
const acknowledged = defineSignal('acknowledged');
const rotate = defineUpdate('rotate');

/** Holds a token, hands each new one on to its children, and tells its parent when all below have it. */
export async function CascadeNode({ index, workflows, fanout }) {
  const children = [];
  const acks = new Map();
  let token = { epoch: 0 };

  const handOn = async () => {
    const { epoch } = token;
    acks.set(epoch, { answers: 0, reached: 1 });
    await Promise.all(children.map((id) => getExternalWorkflowHandle(id).signal(apiToken, token)));
    await condition(() => acks.get(epoch).answers === children.length);
    const { reached } = acks.get(epoch);
    acks.delete(epoch);
    return reached;
  };

  setHandler(acknowledged, (epoch, reached) => {
    const ack = acks.get(epoch);
    if (!ack) return;
    ack.answers++;
    ack.reached += reached;
  });
  setHandler(apiToken, async (next) => {
    if (next.epoch <= token.epoch) return;
    token = next;
    const reached = await handOn();
    await getExternalWorkflowHandle(workflowInfo().parent.workflowId).signal(acknowledged, next.epoch, reached);
  });
  setHandler(rotate, async (next) => {
    token = next;
    return await handOn();
  });

  const first = index * fanout + 1;
  await Promise.all(
    Array.from({ length: Math.max(0, Math.min(fanout, workflows - first)) }, async (_, i) => {
      const workflowId = `node-${first + i}`;
      await startChild('CascadeNode', { workflowId, args: [{ index: first + i, workflows, fanout }], parentClosePolicy: ParentClosePolicy.ABANDON });
      children.push(workflowId);
    }),
  );
  await condition(() => false);
}
