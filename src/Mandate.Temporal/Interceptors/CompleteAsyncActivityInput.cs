using Mandate.Temporal.Client;

namespace Mandate.Temporal.Interceptors;

/// <summary>A client completes an asynchronous activity.</summary>
/// <param name="Activity">The activity.</param>
/// <param name="Result">Its result.</param>
/// <param name="Options">Options.</param>
public sealed record CompleteAsyncActivityInput(
    AsyncActivityHandle.Reference Activity,
    object? Result,
    AsyncActivityCompleteOptions? Options)
{
    /// <summary>The name of the call; arguments and headers may hold secrets.</summary>
    public override string ToString() => nameof(CompleteAsyncActivityInput);
}
