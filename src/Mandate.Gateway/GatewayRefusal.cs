using Mandate.Gateway.Calls;
using Mandate.Protocol;

namespace Mandate.Gateway;

/// <summary>Tells refusals by the pipeline from errors of the engine behind it.</summary>
public static class GatewayRefusal
{
    /// <summary>The run exists and is another tenant's.</summary>
    public const string ExecutionOfAnotherTenant = "execution-of-another-tenant";

    /// <summary>The workflow id is another tenant's.</summary>
    public const string WorkflowIdOfAnotherTenant = "workflow-id-of-another-tenant";

    /// <summary>Short code of the reason, as the ledger has it; null for an error that came from the engine.</summary>
    public static string? ReasonOf(RpcException error) => Refusals.ReasonOf(error);
}
