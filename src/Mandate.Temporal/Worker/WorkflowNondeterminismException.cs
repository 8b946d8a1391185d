using Mandate.Protocol.Failures;

namespace Mandate.Temporal.Worker;

/// <summary>On replay a workflow did something else than its history says. The message names event and command.</summary>
public sealed class WorkflowNondeterminismException : TemporalException
{
    internal WorkflowNondeterminismException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
