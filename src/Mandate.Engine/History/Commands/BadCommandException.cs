using Mandate.Protocol.Api.Enums.V1;

namespace Mandate.Engine.History.Commands;

/// <summary>A command that cannot be carried out: the workflow task fails with this cause and none of its commands counts.</summary>
internal sealed class BadCommandException(WorkflowTaskFailedCause cause, string message) : Exception(message)
{
    public WorkflowTaskFailedCause Cause { get; } = cause;
}
