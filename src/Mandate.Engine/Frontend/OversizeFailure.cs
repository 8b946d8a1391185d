using Google.Protobuf;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Failure.V1;
using Mandate.Protocol.Api.Query.V1;

namespace Mandate.Engine.Frontend;

/// <summary>
/// What becomes of an activity or a query whose worker reports more than may be kept: it fails, in Temporal's words and without a retry. A refusal would help nobody, for the worker has nothing else to say, and
/// the activity or the caller would wait until its time-out.
/// </summary>
internal static class OversizeFailure
{
    /// <summary>The failure, when <paramref name="report"/> is larger than <see cref="EngineLimits.MaxBlobBytes"/>; else null.</summary>
    /// <param name="report">What was reported.</param>
    /// <param name="problem">What exceeds the limit, as a sentence.</param>
    /// <param name="limits">The engine's limits.</param>
    public static Failure? Of(IMessage? report, string problem, EngineLimits limits) => report?.CalculateSize() is { } size && size > limits.MaxBlobBytes
        ? new() { Message = $"{problem} It has {size} bytes; the limit is {limits.MaxBlobBytes}.", Source = "Server", ServerFailureInfo = new() { NonRetryable = true } }
        : null;

    /// <summary>The failed answer, when that of a query is larger than <see cref="EngineLimits.MaxBlobBytes"/>; else null.</summary>
    public static WorkflowQueryResult? Of(WorkflowQueryResult result, EngineLimits limits) => result.Answer?.CalculateSize() is { } size && size > limits.MaxBlobBytes
        ? new() { ResultType = QueryResultType.Failed, ErrorMessage = $"Blob data size exceeds limit. The query's result has {size} bytes; the limit is {limits.MaxBlobBytes}." }
        : null;
}
