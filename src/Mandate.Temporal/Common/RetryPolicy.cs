using Google.Protobuf.WellKnownTypes;

namespace Mandate.Temporal.Common;

/// <summary>How failed attempts are repeated. Unset values take the protocol's defaults.</summary>
public sealed record RetryPolicy
{
    /// <summary>Wait before the second attempt. Default 1 s.</summary>
    public TimeSpan InitialInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Factor by which the wait grows with each attempt, at least 1. Default 2.</summary>
    public float BackoffCoefficient { get; init; } = 2.0F;

    /// <summary>Longest wait between attempts. Default 100 times <see cref="InitialInterval"/>.</summary>
    public TimeSpan? MaximumInterval { get; init; }

    /// <summary>Attempts in all; 0, the default, for no limit.</summary>
    public int MaximumAttempts { get; init; }

    /// <summary>Error types (<c>ApplicationFailureException.ErrorType</c>) that are not tried again.</summary>
    public IReadOnlyCollection<string>? NonRetryableErrorTypes { get; init; }

    internal Protocol.Api.Common.V1.RetryPolicy ToProto()
    {
        var proto = new Protocol.Api.Common.V1.RetryPolicy
        {
            InitialInterval = Duration.FromTimeSpan(InitialInterval),
            BackoffCoefficient = BackoffCoefficient,
            MaximumAttempts = MaximumAttempts,
        };
        if (MaximumInterval is { } maximum)
            proto.MaximumInterval = Duration.FromTimeSpan(maximum);
        if (NonRetryableErrorTypes is { } types)
            proto.NonRetryableErrorTypes.Add(types);
        return proto;
    }

    internal static RetryPolicy? FromProto(Protocol.Api.Common.V1.RetryPolicy? proto) => proto is null
        ? null
        : new()
        {
            InitialInterval = proto.InitialInterval?.ToTimeSpan() ?? TimeSpan.FromSeconds(1),
            BackoffCoefficient = (float)proto.BackoffCoefficient,
            MaximumInterval = proto.MaximumInterval?.ToTimeSpan(),
            MaximumAttempts = proto.MaximumAttempts,
            NonRetryableErrorTypes = proto.NonRetryableErrorTypes.Count == 0 ? null : [.. proto.NonRetryableErrorTypes],
        };
}
