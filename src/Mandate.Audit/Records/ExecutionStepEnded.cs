using System.Globalization;

namespace Mandate.Audit.Records;

/// <summary>A step of an execution (an activity or a child) ended.</summary>
public sealed record ExecutionStepEnded : AuditRecord
{
    /// <summary>Workflow id of the execution.</summary>
    public required string ExecutionId { get; init; }

    /// <summary>Name of the step: the activity's or child's type, or its id where only that is known.</summary>
    public required string Step { get; init; }

    /// <summary>How: <c>completed</c>, <c>failed</c> or <c>cancelled</c>.</summary>
    public required string Status { get; init; }

    /// <summary>How often it was tried, 1 or more; null where that is not known.</summary>
    public int? Attempt { get; init; }

    /// <inheritdoc/>
    public override string Type => "execution.step";

    /// <inheritdoc/>
    public override string Action => "run";

    private protected override AuditResource Subject => new("execution", ExecutionId);

    private protected override void Describe(IDictionary<string, string> metadata)
    {
        metadata["step"] = Step;
        metadata["status"] = Status;
        metadata.AddIfAny("attempt", Attempt?.ToString(CultureInfo.InvariantCulture));
    }
}
