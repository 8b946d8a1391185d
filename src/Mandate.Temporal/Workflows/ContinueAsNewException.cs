using Mandate.Temporal.Interceptors;

namespace Mandate.Temporal.Workflows;

/// <summary>Thrown from the run method to continue as a new run; made by <c>Workflow.CreateContinueAsNewException</c>.</summary>
public sealed class ContinueAsNewException : Exception
{
    internal ContinueAsNewException(CreateContinueAsNewExceptionInput input)
        : base($"The workflow continues as new ({input.Workflow}). Throw this exception from the run method and do not catch it.") => Input = input;

    /// <summary>What the new run gets.</summary>
    public CreateContinueAsNewExceptionInput Input { get; }
}
