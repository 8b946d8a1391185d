using Google.Protobuf;

namespace Mandate.Gateway.Tests.Forgery;

/// <summary>One attempt to be, or to reach, what one is not.</summary>
/// <param name="Name">What it tries.</param>
/// <param name="Request">What is sent.</param>
/// <param name="Metadata">What is sent with it, credentials included.</param>
/// <param name="Outcome">How it must end.</param>
/// <param name="Tenant">In whose ledger it must stand.</param>
internal sealed record Attack(string Name, IMessage Request, RpcMetadata Metadata, Outcome Outcome, string Tenant)
{
    /// <summary>The id of a run that must not have been started by it; empty for none.</summary>
    public string MustNotExist { get; init; } = "";

    public override string ToString() => Name;
}
