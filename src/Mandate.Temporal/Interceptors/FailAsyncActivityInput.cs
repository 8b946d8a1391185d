using Mandate.Temporal.Client;

namespace Mandate.Temporal.Interceptors;

/// <summary>A client fails an asynchronous activity.</summary>
/// <param name="Activity">The activity.</param>
/// <param name="Exception">Why.</param>
/// <param name="Options">Options.</param>
public sealed record FailAsyncActivityInput(
    AsyncActivityHandle.Reference Activity,
    Exception Exception,
    AsyncActivityFailOptions? Options)
{
    /// <summary>The name of the call; arguments and headers may hold secrets.</summary>
    public override string ToString() => nameof(FailAsyncActivityInput);
}
