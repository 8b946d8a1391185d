namespace Mandate.Auditing;

/// <summary>What a gRPC call does, in the words of the ledger.</summary>
/// <param name="Type">Type of the event.</param>
/// <param name="Action">What is attempted.</param>
/// <param name="WorkflowId">The execution it is done to.</param>
/// <param name="RunId">Its run; empty when not known.</param>
/// <param name="Identity">What the client calls itself.</param>
internal sealed record GrpcAction(string Type, string Action, string WorkflowId, string RunId, string Identity);
