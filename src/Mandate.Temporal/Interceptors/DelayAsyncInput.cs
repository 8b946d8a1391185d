namespace Mandate.Temporal.Interceptors;

/// <summary>A workflow waits for a time.</summary>
/// <param name="Delay">How long.</param>
/// <param name="CancellationToken">Ends the wait; the workflow's own token when null.</param>
/// <param name="Summary">One line for people, shown by tools.</param>
public sealed record DelayAsyncInput(
    TimeSpan Delay,
    CancellationToken? CancellationToken,
    string? Summary)
{
    /// <summary>The name of the call; arguments and headers may hold secrets.</summary>
    public override string ToString() => nameof(DelayAsyncInput);
}
