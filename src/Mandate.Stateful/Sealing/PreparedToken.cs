using Google.Protobuf;
using Mandate.Credentials.Vault;

namespace Mandate.Stateful.Sealing;

/// <summary>A token that is in the vault and does not count yet.</summary>
/// <param name="Target">For whom.</param>
/// <param name="Actor">Who set it: type and id for the ledger.</param>
/// <param name="Reference">What is sent in its place.</param>
/// <param name="HasArrived">Whether it has, by the engine's answer; null where that shows only when it is used. Without an answer, what is known when the call was refused.</param>
internal sealed record PreparedToken(TargetRun Target, Audit.AuditActor Actor, CredentialReference Reference, Func<IMessage?, Task<bool?>> HasArrived);
