using System.Globalization;

namespace Mandate.Audit.Records;

/// <summary>A step of an execution (an activity or a child) ended.</summary>
public sealed record ExecutionStepEnded : AuditRecord
{
    /// <summary>Workflow id of the execution.</summary>
    public required string ExecutionId { get; init; }

    /// <summary>Name of the step.</summary>
    public required string Step { get; init; }

    /// <summary>How often it was tried; 1 or more.</summary>
    public int Attempt { get; init; } = 1;

    /// <inheritdoc/>
    public override string Type => "execution.step";

    /// <inheritdoc/>
    public override string Action => "run";

    private protected override AuditResource Subject => new("execution", ExecutionId);

    private protected override void Describe(IDictionary<string, string> metadata)
    {
        metadata["step"] = Step;
        metadata["attempt"] = Attempt.ToString(CultureInfo.InvariantCulture);
    }
}
