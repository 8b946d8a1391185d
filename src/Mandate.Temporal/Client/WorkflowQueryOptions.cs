using Mandate.Protocol.Api.Enums.V1;

namespace Mandate.Temporal.Client;

/// <summary>How a workflow is queried.</summary>
public sealed record WorkflowQueryOptions
{
    /// <summary>When the query is refused by the state of the workflow; the client's when null.</summary>
    public QueryRejectCondition? RejectCondition { get; init; }

    /// <summary>How to call.</summary>
    public RpcOptions? Rpc { get; init; }
}
