using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Failure.V1;

namespace Mandate.Temporal.Worker.Machine;

/// <summary>Why another workflow could not be reached.</summary>
internal static class ExternalFailure
{
    internal static Failure Of(string what, WorkflowExecution? target, string cause) => new()
    {
        Message = $"Could not {what} external workflow '{target?.WorkflowId}': {cause}",
        ApplicationFailureInfo = new() { Type = cause, NonRetryable = true },
    };
}
