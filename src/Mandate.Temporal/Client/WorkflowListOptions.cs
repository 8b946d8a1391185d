namespace Mandate.Temporal.Client;

/// <summary>How workflows are listed.</summary>
public sealed record WorkflowListOptions
{
    /// <summary>Most workflows; null for all.</summary>
    public int? Limit { get; init; }

    /// <summary>Workflows of one page; null for the server's choice.</summary>
    public int? PageSize { get; init; }

    /// <summary>How to call.</summary>
    public RpcOptions? Rpc { get; init; }
}
