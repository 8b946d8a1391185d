using Mandate.Credentials.Vault;

namespace Mandate.Stateful.Sealing;

/// <summary>The run a message is for.</summary>
/// <param name="WorkflowId">Its workflow id.</param>
/// <param name="Owner">Whose credentials its tree uses.</param>
internal sealed record TargetRun(string WorkflowId, CredentialOwner Owner);
