namespace Mandate.Temporal.Client;

/// <summary>How a cancellation is reported.</summary>
public sealed record AsyncActivityReportCancellationOptions
{
    /// <summary>Values kept with the cancellation.</summary>
    public IReadOnlyCollection<object?>? Details { get; init; }

    /// <summary>How to call.</summary>
    public RpcOptions? Rpc { get; init; }
}
