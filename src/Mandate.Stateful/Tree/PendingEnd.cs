using System.Text.Json.Serialization;
using Google.Protobuf;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Failure.V1;
using Mandate.Protocol.Conversion;
using Mandate.Protocol.Failures;
using Mandate.Temporal.Workflows;

namespace Mandate.Stateful.Tree;

/// <summary>How a workflow ends that has more children to cancel than one history holds requests: its run method is through, and a run that continues it has only to cancel the others.</summary>
internal sealed record PendingEnd
{
    /// <summary>What the run method returned, a payload; null where it failed or was cancelled.</summary>
    [JsonPropertyName("r")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public byte[]? Result { get; init; }

    /// <summary>Why it failed; null where it did not.</summary>
    [JsonPropertyName("f")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public byte[]? Failure { get; init; }

    public static PendingEnd Of(object? result, Exception? failure) => failure switch
    {
        null => new() { Result = Workflow.PayloadConverter.ToPayload(result).ToByteArray() },
        _ when IsCanceled(failure) => new(),
        _ => new() { Failure = DataConverter.Default.FailureConverter.ToFailure(failure, Workflow.PayloadConverter).ToByteArray() },
    };

    /// <summary>Ends as the run method did.</summary>
    /// <returns>What it returned.</returns>
    public async Task<object?> EndAsync()
    {
        if (Result is not null)
            return new RawPayload(Payload.Parser.ParseFrom(Result));
        if (Failure is not null)
            throw DataConverter.Default.FailureConverter.ToException(Protocol.Api.Failure.V1.Failure.Parser.ParseFrom(Failure), Workflow.PayloadConverter);
        // The server was asked to cancel the run before, and does not know that this one is meant as well.
        Workflow.Unsafe.CancelRun();
        await Workflow.WaitConditionAsync(() => Workflow.CancellationToken.IsCancellationRequested, CancellationToken.None).ConfigureAwait(true);
        throw new CanceledFailureException("Workflow cancelled");
    }

    private static bool IsCanceled(Exception failure) => Workflow.CancellationToken.IsCancellationRequested && TemporalException.IsCanceledException(failure);
}
