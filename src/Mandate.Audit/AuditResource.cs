namespace Mandate.Audit;

/// <summary>What an action was done to, such as <c>execution</c> <c>order-17</c>.</summary>
/// <param name="Type">Kind of thing, 1 to 4,096 bytes of UTF-8.</param>
/// <param name="Id">Its identifier, at most 4,096 bytes of UTF-8; empty when the action has no single target.</param>
public sealed record AuditResource(string Type, string Id = "");
