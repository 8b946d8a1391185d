namespace Mandate.Audit.Tests;

internal static class Samples
{
    public static AuditEntry Entry(string tenant = "acme", string resource = "order-1", string type = "execution.start", string actor = "alice") => new()
    {
        Tenant = tenant,
        Type = type,
        Action = "start",
        Result = AuditResult.Success,
        Resource = new("execution", resource),
        Actor = new("user", actor, "127.0.0.1"),
        Context = new Dictionary<string, string> { ["workflowId"] = resource, ["runId"] = "r-1" },
        Metadata = new Dictionary<string, string> { ["workflowType"] = "OrderWorkflow" },
    };
}
