namespace Mandate.Temporal.Client;

/// <summary>How an update is sent.</summary>
public record WorkflowUpdateOptions
{
    /// <summary>Id of the update, by which repetitions are recognised; random when null.</summary>
    public string? Id { get; init; }

    /// <summary>How to call.</summary>
    public RpcOptions? Rpc { get; init; }
}
