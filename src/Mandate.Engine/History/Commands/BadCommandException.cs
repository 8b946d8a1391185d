using Mandate.Protocol.Api.Enums.V1;

namespace Mandate.Engine.History.Commands;

/// <summary>A command that cannot be carried out: the workflow task fails with this cause and none of its commands counts.</summary>
/// <param name="cause">What the history says of the failed task.</param>
/// <param name="message">What is wrong.</param>
/// <param name="endsRun">True where trying again would not help, and the run is terminated: the command is larger than may be kept.</param>
internal sealed class BadCommandException(WorkflowTaskFailedCause cause, string message, bool endsRun = false) : Exception(message)
{
    public WorkflowTaskFailedCause Cause { get; } = cause;

    public bool EndsRun { get; } = endsRun;

    /// <summary>What the worker, the history and, where the run is ended, its reason say.</summary>
    public string Reason => $"{Cause}: {Message}";
}
