namespace Mandate.Audit;

/// <summary>Who acted: a user, service, worker, workflow or schedule.</summary>
/// <param name="Type">Kind of actor, such as <c>user</c> or <c>worker</c>, 1 to 4,096 bytes of UTF-8.</param>
/// <param name="Id">Its identifier, at most 4,096 bytes of UTF-8; empty for an actor that could not be established.</param>
/// <param name="Address">Network address it acted from, at most 4,096 bytes of UTF-8; empty in process.</param>
public sealed record AuditActor(string Type, string Id, string Address = "");
