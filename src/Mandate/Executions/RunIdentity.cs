using Mandate.Configuration;
using Mandate.Hosting;
using Mandate.Identity;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.History.V1;
using Mandate.Protocol.Conversion;
using Mandate.Rest.Model;

namespace Mandate.Executions;

/// <summary>Reads from runs for whom they act.</summary>
internal sealed class RunIdentity(ServiceIdentity identity, WorkflowConnection connection, MandateOptions options)
{
    /// <summary>What the service calls itself towards the engine.</summary>
    public const string ServiceName = "mandate";

    /// <summary>
    /// For whom a run acts: what its verified envelope says. A run without one belongs to the configured system principal, if there is one, and to nobody otherwise; a
    /// bad envelope is never overlooked.
    /// </summary>
    public async Task<ExecutionPrincipal?> InitiatorOfAsync(string workflowId, WorkflowExecutionStartedEventAttributes started, CancellationToken cancellation)
    {
        if (started.Header?.Fields.TryGetValue(IdentityHeaders.Principal, out var payload) is not true)
            return options.Identity.AllowSystemPrincipal is { } system ? new(system.User!, system.Tenant!) : null;
        var root = started.RootWorkflowExecution is { WorkflowId.Length: > 0 } top ? top.WorkflowId : workflowId;
        var verdict = await identity.Verifier.VerifyAsync(Text(payload!), connection.Namespace, root, cancellation);
        return verdict.IsAccepted ? new(verdict.Principal.UserId, verdict.Principal.TenantId) : null;
    }

    private static string? Text(Payload payload)
    {
        try
        {
            return DataConverter.Default.PayloadConverter.ToValue(payload, typeof(string)) as string;
        }
        catch (PayloadConversionException)
        {
            return null;
        }
    }
}
