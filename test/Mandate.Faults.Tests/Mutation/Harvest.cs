using Google.Protobuf;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Faults.Tests.Mutation;

/// <summary>What answers have told: tokens, page tokens, run ids, event ids. Later requests use them, so that they get past the first check.</summary>
internal sealed class Harvest
{
    public Pool<ByteString> WorkflowTaskTokens { get; } = new(16);

    public Pool<ByteString> ActivityTaskTokens { get; } = new(16);

    public Pool<ByteString> PageTokens { get; } = new(32);

    public Pool<string> RunIds { get; } = new(64);

    public void Take(IMessage answer, Random random)
    {
        switch (answer)
        {
            case StartWorkflowExecutionResponse start:
                RunIds.Add(start.RunId, random);
                break;
            case SignalWithStartWorkflowExecutionResponse start:
                RunIds.Add(start.RunId, random);
                break;
            case PollWorkflowTaskQueueResponse task:
                Keep(WorkflowTaskTokens, task.TaskToken, random);
                break;
            case PollActivityTaskQueueResponse task:
                Keep(ActivityTaskTokens, task.TaskToken, random);
                break;
            case GetWorkflowExecutionHistoryResponse page:
                Keep(PageTokens, page.NextPageToken, random);
                break;
            case ListWorkflowExecutionsResponse page:
                Keep(PageTokens, page.NextPageToken, random);
                break;
        }
    }

    private static void Keep(Pool<ByteString> pool, ByteString token, Random random)
    {
        if (!token.IsEmpty)
            pool.Add(token, random);
    }
}
