namespace Mandate.Auditing;

/// <summary>Endpoint metadata: what the ledger says about requests to it.</summary>
/// <param name="Type">Type of the event, such as <c>execution.start</c>.</param>
/// <param name="Action">What is attempted, such as <c>start</c>.</param>
/// <param name="ResourceType">Kind of thing it is done to.</param>
internal sealed record AuditedAction(string Type, string Action, string ResourceType)
{
    public static readonly AuditedAction StartExecution = new("execution.start", "start", "execution");
    public static readonly AuditedAction ReadExecution = new("execution.read", "read", "execution");
    public static readonly AuditedAction SignalExecution = new("execution.signal", "signal", "execution");
    public static readonly AuditedAction SetApiToken = new("execution.api-token", "set-api-token", "execution");
    public static readonly AuditedAction RedeemApiToken = new("api-token.redeem", "redeem", "api-token");
    public static readonly AuditedAction ReadAuditEvents = new("audit.read", "read", "audit-ledger");
    public static readonly AuditedAction EncodePayloads = new("payload.encode", "encode", "namespace");
    public static readonly AuditedAction DecodePayloads = new("payload.decode", "decode", "namespace");
    public static readonly AuditedAction VerifyAuditEvent = new("audit.verify", "verify", "audit-event");
    public static readonly AuditedAction ReadCheckpoints = new("audit.read", "read", "audit-checkpoint");
    public static readonly AuditedAction ProveAuditEvent = new("audit.prove", "prove", "audit-event");
    public static readonly AuditedAction ProveConsistency = new("audit.prove", "prove", "audit-checkpoint");
}
