using Mandate.Temporal.Client;

namespace Mandate.Temporal.Interceptors;

/// <summary>A client reports that an asynchronous activity lives.</summary>
/// <param name="Activity">The activity.</param>
/// <param name="Options">Options.</param>
public sealed record HeartbeatAsyncActivityInput(
    AsyncActivityHandle.Reference Activity,
    AsyncActivityHeartbeatOptions? Options)
{
    /// <summary>The name of the call; arguments and headers may hold secrets.</summary>
    public override string ToString() => nameof(HeartbeatAsyncActivityInput);
}
