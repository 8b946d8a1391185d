namespace Mandate.Auditing;

/// <summary>What a gRPC call does, in the words of the ledger.</summary>
/// <param name="Type">Type of the event.</param>
/// <param name="Action">What is attempted.</param>
/// <param name="ResourceId">The execution or namespace it is done to.</param>
/// <param name="RunId">The execution's run; empty when not known.</param>
/// <param name="Identity">What the client calls itself; empty where the request does not say.</param>
internal sealed record GrpcAction(string Type, string Action, string ResourceId, string RunId, string Identity)
{
    /// <summary>Kind of thing it is done to.</summary>
    public string ResourceType { get; init; } = "execution";
}
