using Mandate.Protocol.Api.Query.V1;

namespace Mandate.Engine.History;

/// <summary>A caller that waits for the answer to a query.</summary>
internal sealed class PendingQuery(string id, WorkflowQuery query)
{
    private readonly TaskCompletionSource<WorkflowQueryResult> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Id { get; } = id;

    public WorkflowQuery Query { get; } = query;

    public Task<WorkflowQueryResult> Answer => _answer.Task;

    public bool IsAnswered => _answer.Task.IsCompleted;

    public bool TryAnswer(WorkflowQueryResult result) => _answer.TrySetResult(result);

    public bool TryFail(Exception error) => _answer.TrySetException(error);
}
