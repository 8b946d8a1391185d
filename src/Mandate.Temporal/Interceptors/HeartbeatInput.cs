namespace Mandate.Temporal.Interceptors;

/// <summary>An activity reports that it lives.</summary>
/// <param name="Details">Details, found by the next attempt.</param>
public sealed record HeartbeatInput(
    object?[] Details)
{
    /// <summary>The name of the call; arguments and headers may hold secrets.</summary>
    public override string ToString() => nameof(HeartbeatInput);
}
