using Mandate.Credentials.Vault;
using Mandate.Protocol.Api.Common.V1;

namespace Mandate.Stateful.Sealing;

/// <summary>The run a message is for.</summary>
/// <param name="WorkflowId">Its workflow id.</param>
/// <param name="Owner">Whose credentials its tree uses.</param>
/// <param name="Parent">The run that started it; null for a root, and where that does not matter.</param>
/// <param name="Hosts">The host of the address it was started with; null where it has none that can be read.</param>
internal sealed record TargetRun(string WorkflowId, CredentialOwner Owner, WorkflowExecution? Parent = null, AllowedHosts? Hosts = null);
