using System.Globalization;

namespace Mandate.Audit.Records;

/// <summary>An executor called a service outside.</summary>
public sealed record ExecutorCalled : AuditRecord
{
    /// <summary>Name of the executor.</summary>
    public required string Name { get; init; }

    /// <summary>Method and address without query and credentials, such as <c>POST https://billing.example/invoices</c>.</summary>
    public required string Target { get; init; }

    /// <summary>Status code of the answer; null without one.</summary>
    public int? Status { get; init; }

    /// <summary>How often it was tried; 1 or more.</summary>
    public int Attempt { get; init; } = 1;

    /// <inheritdoc/>
    public override string Type => "executor.call";

    /// <inheritdoc/>
    public override string Action => "call";

    private protected override AuditResource Subject => new("executor", Name);

    private protected override void Describe(IDictionary<string, string> metadata)
    {
        metadata["target"] = Target;
        metadata.AddIfAny("status", Status?.ToString(CultureInfo.InvariantCulture));
        metadata["attempt"] = Attempt.ToString(CultureInfo.InvariantCulture);
    }
}
